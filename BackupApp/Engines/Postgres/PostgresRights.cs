using System.Globalization;
using Npgsql;

namespace BackupApp.Engines.Postgres;

/// <summary>What the role lacks to dump the whole database.</summary>
/// <param name="Message">Names up to five objects.</param>
/// <param name="Advice">The statements that grant it.</param>
internal sealed record MissingRights(string Message, string Advice);

/// <summary>
/// Asks beforehand what pg_dump would trip over: tables and sequences without SELECT, schemas without USAGE, row-level security, and
/// large objects.
/// </summary>
internal static class PostgresRights
{
    public const int PgReadAllDataMajor = 14;
    private const int LargeObjectPrivilegeMajor = 18;

    private const string Role = """
        SELECT current_user::text, rolsuper,
               EXISTS (SELECT FROM pg_roles r WHERE r.rolname = 'pg_read_all_data' AND pg_has_role(r.oid, 'USAGE'))
        FROM pg_roles WHERE rolname = current_user
        """;

    // pg_dump skips the tables of extensions, but for those that the extension marks as
    // configuration. A sequence that belongs to a dumped table is dumped with it.
    private static string Unreadable(PostgresFilter filter) => $$"""
        WITH chosen AS (
            SELECT n.oid AS schema, n.nspname, c.oid, c.relname, c.relkind, {{filter.Picks}} AS picked, {{filter.Empties}} AS emptied
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p', 'S') AND c.relpersistence <> 't'
              AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
              AND NOT EXISTS (
                  SELECT FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
                  WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_extension'::regclass
                    AND d.deptype = 'e' AND c.oid <> ALL (coalesce(e.extconfig, '{}')))),
        seen AS (
            SELECT c.nspname, c.relname, c.relkind,
                   coalesce(has_schema_privilege(c.schema, 'USAGE'), true) AS enters,
                   coalesce(CASE WHEN c.relkind = 'S' THEN has_sequence_privilege(c.oid, 'SELECT')
                                 ELSE has_table_privilege(c.oid, 'SELECT') END, true) AS reads,
                   CASE WHEN c.relkind = 'S' OR c.emptied THEN false ELSE coalesce(row_security_active(c.oid), false) END AS filtered
            FROM chosen c
            WHERE c.picked OR c.relkind = 'S' AND EXISTS (
                SELECT FROM pg_depend d JOIN chosen o ON o.oid = d.refobjid
                WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass
                  AND d.deptype IN ('a', 'i') AND o.picked))
        SELECT nspname::text, relname::text, relkind = 'S', enters AND reads, count(*) OVER ()
        FROM seen WHERE NOT enters OR NOT reads OR filtered
        ORDER BY enters AND reads, relkind = 'S', nspname, relname LIMIT 5
        """;

    private const string LargeObjects = """
        SELECT count(*) FROM pg_largeobject_metadata l
        WHERE current_setting('lo_compat_privileges') = 'off' AND NOT pg_has_role(l.lomowner, 'USAGE')
          AND NOT EXISTS (SELECT FROM aclexplode(l.lomacl) a
                          WHERE a.privilege_type = 'SELECT' AND (a.grantee = 0 OR pg_has_role(a.grantee, 'USAGE')))
        """;

    private const string LargeObjectsFrom18 =
        "SELECT count(*) FROM pg_largeobject_metadata WHERE NOT has_largeobject_privilege(oid, 'SELECT')";

    /// <summary>Null when nothing of the selection is missing.</summary>
    public static async Task<MissingRights?> FindAsync(
        NpgsqlConnection connection, DumpSelection selection, int major, CancellationToken cancellationToken)
    {
        var (role, superuser, readsAll) = await RoleAsync(connection, cancellationToken);
        if (superuser)
            return null;
        var missing = await TablesAsync(connection, new PostgresFilter(selection), role, major, readsAll, cancellationToken);
        // Only a dump of everything holds large objects, which belong to no schema.
        return missing is null && selection.IncludeSchemas.Count + selection.IncludeTables.Count == 0
            ? await LargeObjectsAsync(connection, role, major, cancellationToken)
            : missing;
    }

    /// <summary>Who the session is, and whether it may read everything there is and will be.</summary>
    public static async Task<(string Name, bool Superuser, bool ReadsAll)> RoleAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Role, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetString(0), reader.GetBoolean(1), reader.GetBoolean(2));
    }

    private static async Task<MissingRights?> TablesAsync(
        NpgsqlConnection connection, PostgresFilter filter, string role, int major, bool readsAll, CancellationToken cancellationToken)
    {
        await using var command = filter.Command(Unreadable(filter), connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<(string Schema, string Name, bool Filtered)>();
        long count = 0;
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add((reader.GetString(0), reader.GetString(1), reader.GetBoolean(3)));
            count = reader.GetInt64(4);
        }

        if (found.Count == 0)
            return null;
        var names = string.Join(", ", found.Select(f => $"{f.Schema}.{f.Name}")) + (count > found.Count ? ", …" : "");
        return found[0].Filtered
            ? new(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Row-level security hides rows from the role \"{role}\" in {count} table(s): {names}."),
                $"As superuser run: ALTER ROLE {ServerRefusal.Quote(role)} BYPASSRLS;")
            : new(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The role \"{role}\" may not read {count} table(s) or sequence(s): {names}."),
                GrantAdvice(role, major, readsAll, found.Where(f => !f.Filtered).Select(f => f.Schema).Distinct()));
    }

    private static string GrantAdvice(string role, int major, bool readsAll, IEnumerable<string> schemas)
    {
        var grantee = ServerRefusal.Quote(role);
        if (major >= PgReadAllDataMajor && !readsAll)
            return $"As superuser run: GRANT pg_read_all_data TO {grantee};";
        var statements = schemas.Select(ServerRefusal.Quote).Select(s =>
            $"GRANT USAGE ON SCHEMA {s} TO {grantee}; GRANT SELECT ON ALL TABLES IN SCHEMA {s} TO {grantee}; "
            + $"GRANT SELECT ON ALL SEQUENCES IN SCHEMA {s} TO {grantee};");
        return $"As owner or superuser run: {string.Join(' ', statements)} Tables made later need ALTER DEFAULT PRIVILEGES.";
    }

    private static async Task<MissingRights?> LargeObjectsAsync(
        NpgsqlConnection connection, string role, int major, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(major >= LargeObjectPrivilegeMajor ? LargeObjectsFrom18 : LargeObjects, connection);
        var count = (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        if (count == 0)
            return null;
        return new(
            string.Create(CultureInfo.InvariantCulture, $"The role \"{role}\" may not read {count} large object(s)."),
            "In psql, as superuser run: SELECT format('GRANT SELECT ON LARGE OBJECT %s TO %I', oid, "
            + $"'{role.Replace("'", "''", StringComparison.Ordinal)}') FROM pg_largeobject_metadata \\gexec");
    }
}
