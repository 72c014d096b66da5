using Npgsql;

namespace BackupApp.Engines.Postgres.Restores;

/// <summary>What a target says of itself, as far as a restore wants to know.</summary>
internal sealed record TargetFacts
{
    private const string Login = """
        SELECT rolsuper, rolcreatedb OR rolsuper, pg_has_role('pg_signal_backend', 'USAGE'), pg_is_in_recovery(),
               has_database_privilege(current_database(), 'CREATE'), rolcreaterole OR rolsuper
        FROM pg_roles WHERE rolname = current_user
        """;

    // The server keeps the kind of other roles' sessions from whoever may not read all statistics; their role it shows. Background
    // workers count too, but for those that only help a session.
    private const string Sessions = """
        SELECT count(*)::int, count(*) FILTER (WHERE NOT coalesce(pg_has_role(usesysid, 'USAGE'), true))::int,
               count(*) FILTER (WHERE (SELECT rolsuper FROM pg_roles r WHERE r.oid = usesysid))::int,
               coalesce(array_agg(DISTINCT backend_type) FILTER (WHERE backend_type NOT IN ('client backend', 'walsender')), '{}')
        FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid() AND usesysid IS NOT NULL
            AND coalesce(backend_type, '') <> 'parallel worker'
        """;

    // Of whatever somebody could miss: an empty database has only what every new one has, and what came with extensions.
    private const string Contents = """
        SELECT (SELECT count(*) FROM pg_class o WHERE oid >= 16384 AND relkind <> 'c'
                  AND relnamespace::regnamespace::text !~ '^pg_' AND {own})
             + (SELECT count(*) FROM pg_proc o WHERE oid >= 16384 AND {own})
             + (SELECT count(*) FROM pg_type o WHERE oid >= 16384 AND typtype IN ('d', 'e', 'r') AND {own})
             + (SELECT count(*) FROM pg_namespace o WHERE oid >= 16384 AND nspname !~ '^pg_' AND {own})
             + (SELECT count(*) FROM pg_largeobject_metadata)
        """;

    private const string Own = "NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = o.tableoid AND d.objid = o.oid AND d.deptype = 'e')";

    public required bool IsSuperuser { get; init; }

    public required bool CreatesDatabases { get; init; }

    public bool CreatesRoles { get; init; }

    /// <summary>May end other roles' sessions, but for superusers'.</summary>
    public required bool EndsSessions { get; init; }

    public required bool IsStandby { get; init; }

    /// <summary>Within the database that the session is in.</summary>
    public bool MayCreate { get; init; } = true;

    /// <summary>There is another database to rename this one from.</summary>
    public bool HasElsewhere { get; init; } = true;

    /// <summary>Bytes on the disk of the server's files, where this machine can see it; else null.</summary>
    public long? FreeSpace { get; init; }

    /// <summary>The database of the order's name; null where there is none.</summary>
    public DatabaseRow? Database { get; init; }

    /// <summary>Sessions in that database; of them those of roles that are not the login's, and superusers'.</summary>
    public (int All, int Others, int Superusers) InUse { get; init; }

    /// <summary>What the server calls those of them that no client has, as far as it tells.</summary>
    public IReadOnlyList<string> Workers { get; init; } = [];

    public IReadOnlyList<string> PreparedTransactions { get; init; } = [];

    /// <summary>Those of them that nobody has ended for more than a minute.</summary>
    public IReadOnlyList<string> StuckTransactions { get; init; } = [];

    /// <summary>Logical replication slots of that database.</summary>
    public IReadOnlyList<string> Slots { get; init; } = [];

    /// <summary>Subscriptions of that database that are at work.</summary>
    public IReadOnlyList<string> Subscriptions { get; init; } = [];

    public IReadOnlySet<string> Extensions { get; init; } = new HashSet<string>();

    /// <summary>Extensions that this login may create by itself.</summary>
    public IReadOnlySet<string> Trusted { get; init; } = new HashSet<string>();

    public TargetRoles Roles { get; init; } = TargetRoles.None;

    /// <summary>Objects in the database that the session is in.</summary>
    public long Objects { get; init; }

    /// <summary>Null where it cannot be asked.</summary>
    public long? DatabaseSize { get; init; }

    /// <param name="database">The order's name.</param>
    /// <param name="roles">Those that somebody wants to know of.</param>
    public static async Task<TargetFacts> ReadAsync(
        NpgsqlConnection connection, string database, int major, IReadOnlyCollection<string> roles, CancellationToken cancellationToken)
    {
        var login = (await Sql.ListAsync(
            connection, Login, r =>
                (r.GetBoolean(0), r.GetBoolean(1), r.GetBoolean(2), r.GetBoolean(3), r.GetBoolean(4), r.GetBoolean(5)),
            cancellationToken))[0];
        var trusted = major >= 13 ? "bool_or(trusted)" : "false";
        var extensions = await Sql.ListAsync(
            connection, $"SELECT name::text, {trusted} FROM pg_available_extension_versions GROUP BY name",
            r => (Name: r.GetString(0), Trusted: r.GetBoolean(1)), cancellationToken);
        var row = await TargetServer.FindAsync(connection, database, cancellationToken);
        var sessions = (await Sql.ListAsync(
            connection, Sessions, r => (r.GetInt32(0), r.GetInt32(1), r.GetInt32(2), r.GetFieldValue<string[]>(3)), cancellationToken,
            database))[0];
        return new()
        {
            IsSuperuser = login.Item1,
            CreatesDatabases = login.Item2,
            EndsSessions = login.Item1 || login.Item3,
            IsStandby = login.Item4,
            MayCreate = login.Item5,
            CreatesRoles = login.Item6,
            Database = row,
            InUse = (sessions.Item1, sessions.Item2, sessions.Item3),
            Workers = sessions.Item4,
            PreparedTransactions = await NamesAsync(
                connection, "SELECT gid FROM pg_prepared_xacts WHERE database = $1", database, cancellationToken),
            StuckTransactions = await NamesAsync(
                connection, "SELECT gid FROM pg_prepared_xacts WHERE database = $1 AND prepared < now() - interval '1 minute'", database,
                    cancellationToken),
            Slots = await NamesAsync(
                connection, "SELECT slot_name::text FROM pg_replication_slots WHERE database = $1 AND slot_type = 'logical'", database,
                    cancellationToken),
            Subscriptions = await NamesAsync(
                connection,
                "SELECT subname::text FROM pg_subscription JOIN pg_database d ON d.oid = subdbid WHERE datname = $1 AND subenabled",
                database,
                cancellationToken),
            Extensions = extensions.Select(e => e.Name).ToHashSet(),
            Trusted = extensions.Where(e => e.Trusted).Select(e => e.Name).ToHashSet(),
            Roles = await TargetRoles.FindAsync(connection, roles, major, cancellationToken),
            Objects = await ObjectsAsync(connection, cancellationToken),
            DatabaseSize = row is null ? null : await SizeAsync(connection, database, cancellationToken),
        };
    }

    /// <summary>What stands in the database that the session is in, besides what every new one has.</summary>
    public static Task<long> ObjectsAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        Sql.ScalarAsync<long>(connection, Contents.Replace("{own}", Own, StringComparison.Ordinal), cancellationToken);

    private static Task<IReadOnlyList<string>> NamesAsync(
        NpgsqlConnection connection, string sql, string database, CancellationToken cancellationToken) =>
        Sql.ListAsync(connection, sql, r => r.GetString(0), cancellationToken, database);

    // Whoever may not connect to it may not ask for its size.
    private static Task<long?> SizeAsync(NpgsqlConnection connection, string database, CancellationToken cancellationToken) =>
        Sql.ScalarAsync<long?>(
        connection,
        "SELECT CASE WHEN has_database_privilege($1, 'CONNECT') THEN pg_database_size($1) END",
        cancellationToken,
        database);
}
