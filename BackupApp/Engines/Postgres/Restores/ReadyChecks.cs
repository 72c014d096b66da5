using BackupApp.Engines.Restores;

namespace BackupApp.Engines.Postgres.Restores;

/// <summary>
/// A source's standing line: what the probe of a target would find, as far as it does not change by the minute. That a
/// superuser has a session open at the moment, or somebody a prepared transaction for a second, is for the day of the restore.
/// </summary>
internal static class ReadyChecks
{
    private static readonly Dictionary<string, string> ToDos = new()
    {
        ["cannot_create_database"] = "grant CREATEDB",
        ["target_not_writable"] = "grant the rights of the database's owner",
        ["privileges_missing"] = "let the login enter another database",
        ["database_in_use"] = "grant pg_signal_backend",
        ["prepared_transactions"] = "end the prepared transactions",
    };

    /// <param name="foreign">Of a whole server the databases that the login may not rename.</param>
    public static RestoreReadiness Of(
        DatabaseConnection login, SourceScope scope, TargetFacts facts, IReadOnlyList<DatabaseRow> foreign)
    {
        if (facts.IsStandby)
            return new(ReadyState.Standby, "It cannot be written to. Restore to its primary, or to another server.");
        var found = scope == SourceScope.Server ? OfServer(login, facts, foreign) : OfDatabase(login, facts);
        var bad = found.Where(c => c.State == CheckState.Bad).ToList();
        return bad.Count == 0
            ? new(ReadyState.Ready)
            : new(
                ReadyState.NotReady,
                string.Join(' ', bad.Select(c => c.Text)),
                string.Join(" and ", bad.Select(c => ToDos.GetValueOrDefault(c.Code, "see why")).Distinct()),
                string.Join(' ', bad.Select(c => c.Fix)));
    }

    /// <summary>Of a server that could not be logged in to.</summary>
    public static RestoreReadiness Of(ConnectException refusal) => refusal.Code switch
    {
        ConnectionTestCode.AuthFailed => new(ReadyState.NotReady, refusal.Message, "correct the login"),
        ConnectionTestCode.DatabaseNotFound or ConnectionTestCode.PrivilegesMissing => new(
            ReadyState.NotReady, refusal.Message, "let the login enter the database"),
        ConnectionTestCode.TransactionPooler => new(
            ReadyState.NotReady, "A pooler in transaction mode answers, and no restore goes through one.", "give the server's own port"),
        _ => new(ReadyState.Unknown, refusal.Message),
    };

    private static IEnumerable<TargetCheck> OfDatabase(DatabaseConnection login, TargetFacts facts) =>
    [
        .. SwapChecks.Rights(login, login.Database, facts),
        .. Sessions(login, facts),
        .. facts.StuckTransactions is { Count: > 0 } stuck
            ? [SwapChecks.Prepared(stuck)]
            : Array.Empty<TargetCheck>(),
    ];

    private static IEnumerable<TargetCheck> OfServer(DatabaseConnection login, TargetFacts facts, IReadOnlyList<DatabaseRow> foreign)
    {
        yield return ProbeChecks.MayCreate(login, facts);
        if (foreign.Count == 0)
            yield break;
        var owners = foreign.Select(d => d.Owner).Distinct().Select(ServerRefusal.Quote);
        yield return ProbeChecks.Bad(
            "target_not_writable",
            $"Only their owners may rename {ProbeChecks.Named([.. foreign.Select(d => d.Name)])}.",
            $"GRANT {string.Join(", ", owners)} TO {ServerRefusal.Quote(login.Username)};");
    }

    private static IEnumerable<TargetCheck> Sessions(DatabaseConnection login, TargetFacts facts)
    {
        var (_, others, superusers) = facts.InUse;
        if (!facts.EndsSessions && others > superusers)
            yield return SwapChecks.MayNotEnd(login, others - superusers);
    }
}
