using BackupApp.Engines.Restores;

namespace BackupApp.Engines.Postgres.Restores;

/// <summary>Whether a database can be put in the place of another.</summary>
internal static class SwapChecks
{
    public static IEnumerable<TargetCheck> Of(RestoreOrder order, TargetFacts facts) =>
    [
        .. Rights(order.Target, order.Database, facts),
        .. facts.Database is null ? [] : InUse(order, facts),
        .. Bound(facts),
    ];

    /// <summary>What the login may do, whoever is connected at the moment.</summary>
    public static IEnumerable<TargetCheck> Rights(DatabaseConnection login, string database, TargetFacts facts)
    {
        var (quoted, role) = (ServerRefusal.Quote(database), ServerRefusal.Quote(login.Username));
        yield return ProbeChecks.MayCreate(login, facts);
        yield return facts.Database switch
        {
            null => ProbeChecks.Bad(
                "database_not_found", $"There is no database \"{database}\" that could be replaced.",
                    $"Restore it as a new database, which may have this very name: {database}"),
            { IsOwned: false } row => ProbeChecks.Bad(
                "target_not_writable", $"\"{database}\" belongs to \"{row.Owner}\": only its owner may rename it.",
                    $"GRANT {ServerRefusal.Quote(row.Owner)} TO {role};"),
            _ => ProbeChecks.Good("may_swap", $"The login has the rights of the owner of \"{database}\"."),
        };
        if (!facts.HasElsewhere)
        {
            yield return ProbeChecks.Bad(
                "privileges_missing", $"\"{database}\" can only be renamed from another database, and the login may enter no other.",
                    $"GRANT CONNECT ON DATABASE postgres TO {role};");
        }
    }

    private static IEnumerable<TargetCheck> InUse(RestoreOrder order, TargetFacts facts)
    {
        var (all, others, superusers) = facts.InUse;
        if (all == 0)
        {
            yield return ProbeChecks.Good("connections", $"Nobody is connected to \"{order.Database}\".");
            yield break;
        }

        var text =
            $"{ProbeChecks.Number(all)} connections to \"{order.Database}\" will be ended at the swap; clients may come back at once."
                + (facts.Workers.Count > 0 ? $" Background workers are among them: {ProbeChecks.Named(facts.Workers)}." : "");
        if (facts.IsSuperuser || (superusers == 0 && (others == 0 || facts.EndsSessions)))
            yield return ProbeChecks.Note("connections", text);
        else if (superusers > 0)
            yield return ProbeChecks.Bad(
                "database_in_use",
                $"{ProbeChecks.Number(superusers)} superusers' connections or background workers are in \"{order.Database}\", which only a "
                    + "superuser may end.",
                "Close these connections first, stop the extension's or subscription's worker, or restore with a superuser's login.");
        else
            yield return MayNotEnd(order.Target, others);
    }

    public static TargetCheck MayNotEnd(DatabaseConnection login, int others) => ProbeChecks.Bad(
        "database_in_use", $"{ProbeChecks.Number(others)} connections belong to other roles, and the login may not end them.",
        $"GRANT pg_signal_backend TO {ServerRefusal.Quote(login.Username)};");

    public static TargetCheck Prepared(IReadOnlyList<string> prepared) => ProbeChecks.Bad(
        "prepared_transactions", $"Prepared transactions hold the database: {ProbeChecks.Named([.. prepared])}.",
        string.Join(' ', prepared.Select(p => $"ROLLBACK PREPARED {PgTraitsSql.Literal(p)};")));

    private static IEnumerable<TargetCheck> Bound(TargetFacts facts)
    {
        if (facts.PreparedTransactions is { Count: > 0 } prepared)
            yield return Prepared(prepared);

        if (facts.Slots is { Count: > 0 } slots)
        {
            yield return ProbeChecks.Note(
                "replication_slots",
                $"Logical replication slots stay with the old database, and what reads from them goes on reading that: {ProbeChecks.Named(
                    [.. slots])}.");
        }

        if (facts.Subscriptions is { Count: > 0 } subscriptions)
        {
            yield return ProbeChecks.Note(
                "subscriptions",
                "Subscriptions stay with the old database, and go on filling that under its new name; a restored database has none: "
                    + $"{ProbeChecks.Named([.. subscriptions])}.",
                "After the swap disable them in the old database (ALTER SUBSCRIPTION … DISABLE;), and make them anew in the restored "
                    + "one.");
        }
    }
}
