using System.Globalization;
using System.Text;
using BackupApp.Engines.Restores;

namespace BackupApp.Engines.Postgres.Restores;

/// <summary>What the facts of a target mean for a restore.</summary>
internal static class ProbeChecks
{
    private const int MostNamed = 10;

    public static IReadOnlyList<TargetCheck> Of(RestoreOrder order, ServerInfo server, TargetFacts facts, ArchiveNeeds needs) =>
    [
        .. Server(order, server, facts),
        .. order.Dump.Kind == ArtifactKind.Globals ? [MayCreateRoles(order.Target, facts)] : Database(order, server, facts, needs),
    ];

    private static IEnumerable<TargetCheck> Server(RestoreOrder order, ServerInfo server, TargetFacts facts) =>
    [
        Good("reachable", $"PostgreSQL {server.Version} answers at {order.Target.Host} port {Number(order.Target.Port)}."),
        Encryption(server),
        Good("login", $"\"{order.Target.Username}\" may log in{(facts.IsSuperuser ? ", as a superuser" : "")}."),
        .. facts.IsStandby ? [Bad("target_not_writable", "The server is a standby: it only follows another.", "Restore to its primary.")]
            : Array.Empty<TargetCheck>(),
    ];

    private static IEnumerable<TargetCheck> Database(RestoreOrder order, ServerInfo server, TargetFacts facts, ArchiveNeeds needs) =>
    [
        .. order.Mode switch
        {
            RestoreMode.NewDatabase => NewDatabase(order, facts),
            RestoreMode.NewServer => Existing(order, facts),
            _ => SwapChecks.Of(order, facts),
        },
        .. Version(server, needs),
        .. Extensions(order, facts, needs),
        .. order.RolesComeFirst ? [] : Roles(facts, needs),
        .. Space(order, facts),
    ];

    public static TargetCheck Good(string code, string text) => new(code, CheckState.Good, text);

    public static TargetCheck Note(string code, string text, string? fix = null) => new(code, CheckState.Note, text, fix);

    public static TargetCheck Bad(string code, string text, string? fix) => new(code, CheckState.Bad, text, fix);

    public static TargetCheck MayCreate(DatabaseConnection login, TargetFacts facts) => facts.CreatesDatabases
        ? Good("may_create_database", "The login may create databases.")
        : Bad("cannot_create_database", "The login may not create databases.",
            $"ALTER ROLE {ServerRefusal.Quote(login.Username)} CREATEDB;");

    private static TargetCheck MayCreateRoles(DatabaseConnection login, TargetFacts facts) => facts.CreatesRoles
        ? Good("may_create_roles", "The login may create roles. Those that the server has already stay as they are.")
        : Bad("cannot_create_roles", "The login may not create roles.",
            $"Leave the roles out, or run: ALTER ROLE {ServerRefusal.Quote(login.Username)} CREATEROLE;");

    public static string Named(IReadOnlyCollection<string> names) =>
        string.Join(", ", names.Take(MostNamed)) + (names.Count > MostNamed ? $" and {names.Count - MostNamed} more" : "");

    public static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static TargetCheck Encryption(ServerInfo server) => server switch
    {
        { Encrypted: true, Verified: true } => Good("encryption", "The connection is encrypted, and the server's certificate is checked."),
        { Encrypted: true } => Note("encryption", "The connection is encrypted; the server's certificate is not checked."),
        _ => Note("encryption", "The connection is not encrypted: whoever is in between can read what is restored."),
    };

    private static IEnumerable<TargetCheck> NewDatabase(RestoreOrder order, TargetFacts facts)
    {
        yield return MayCreate(order.Target, facts);
        if (order.Database.Length == 0 || Encoding.UTF8.GetByteCount(order.Database) > RestoreNames.MostBytes)
            yield return Bad("invalid_name", "A database's name has 1 to 63 bytes.", "Choose a shorter one.");
        else if (EmptyPlace.IsWanted(order) && facts.Database is { } there)
            yield return EmptyPlace.Check(order, there, facts);
        else if (facts.Database is not null)
            yield return Bad("database_already_exists", $"There is a database \"{order.Database}\" already.", order.IsOfServer
                ? "Leave it out, or rename or drop the one that is there."
                : "Choose another name, or drop that one first.");
        else
            yield return Good("name_free", $"There is no database \"{order.Database}\" yet.");
    }

    private static IEnumerable<TargetCheck> Existing(RestoreOrder order, TargetFacts facts)
    {
        yield return facts.MayCreate
            ? Good("may_write", $"The login may create objects in \"{order.Database}\".")
            : Bad("target_not_writable", $"The login may not create anything in \"{order.Database}\".",
                $"GRANT CREATE ON DATABASE {ServerRefusal.Quote(order.Database)} TO {ServerRefusal.Quote(order.Target.Username)};");
        yield return facts.Objects == 0
            ? Good("database_empty", $"\"{order.Database}\" is empty.")
            : Bad("database_not_empty", $"\"{order.Database}\" is not empty: nothing is restored over what is there.",
                "Name an empty database, or let a new one be made.");
    }

    private static IEnumerable<TargetCheck> Version(ServerInfo server, ArchiveNeeds needs)
    {
        if (needs.Major is not { } major)
            yield break;
        yield return major > server.Major
            ? Note("server_version", string.Create(
                CultureInfo.InvariantCulture,
                $"The dump is PostgreSQL {major}'s and the target is older ({server.Major}): what only the newer one knows fails, "
                    + $"which ends the restore."))
            : Good("server_version", string.Create(
                CultureInfo.InvariantCulture, $"The dump is PostgreSQL {major}'s, the target is PostgreSQL {server.Major}."));
    }

    private static IEnumerable<TargetCheck> Extensions(RestoreOrder order, TargetFacts facts, ArchiveNeeds needs)
    {
        if (needs.Extensions is not { Count: > 0 } wanted)
            yield break;
        var missing = wanted.Where(e => !facts.Extensions.Contains(e)).ToList();
        var refused = facts.IsSuperuser ? [] : wanted.Except(missing).Where(e => !facts.Trusted.Contains(e)).ToList();
        if (missing.Count > 0)
        {
            yield return new(
                "extension_missing",
                order.GoOnPastErrors || needs.MayBeLess ? CheckState.Note : CheckState.Bad,
                $"The server lacks extensions that the dump needs: {Named(missing)}."
                    + (needs.MayBeLess ? " What was picked may need none of them." : ""),
                "Install their packages on the server (often postgresql-contrib or postgresql-NN-NAME).");
        }

        if (refused.Count > 0)
            yield return Note("extension_rights", $"Only a superuser may create these extensions: {Named(refused)}.",
                "Restore with a superuser's login.");
        if (missing.Count + refused.Count == 0)
            yield return Good("extensions", $"The server has the extensions that the dump needs: {Named([.. wanted])}.");
    }

    private static IEnumerable<TargetCheck> Roles(TargetFacts facts, ArchiveNeeds needs)
    {
        if (needs.Roles is not { Count: > 0 } wanted)
            yield break;
        var missing = wanted.Where(r => !facts.Roles.All.Contains(r)).ToList();
        var foreign = wanted.Except(missing).Where(r => !facts.Roles.Owners.Contains(r)).ToList();
        if (missing.Count > 0)
        {
            yield return Note(
                "roles_missing",
                $"The server lacks roles that own things in the dump or are granted something: {Named(
                    missing)}. Everything will belong to the login, and "
                + "grants to them are left out.",
                string.Join(' ', missing.Take(MostNamed).Select(r => $"CREATE ROLE {ServerRefusal.Quote(r)};")));
        }
        else if (foreign.Count > 0)
            yield return Note("roles_foreign", $"The login may not give objects to {Named(foreign)}: everything will belong to the login.");
        else
            yield return Good("roles", "The server has all roles that the dump names.");
    }

    private static IEnumerable<TargetCheck> Space(RestoreOrder order, TargetFacts facts)
    {
        if (facts.FreeSpace is not { } free || order.Dump.Bytes is not { } needed)
            yield break;
        var words = string.Create(CultureInfo.InvariantCulture,
            $"The server's disk has {free / 1e9:0.0} GB free; the dump is {needed / 1e9:0.0} GB, and indexes come on top.");
        yield return free < needed * 1.3 ? Note("free_space", words, "Make room, or restore elsewhere.") : Good("free_space", words);
    }
}
