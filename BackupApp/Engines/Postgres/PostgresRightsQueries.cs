namespace BackupApp.Engines.Postgres;

/// <summary>The questions that <see cref="PostgresRights"/> asks a server.</summary>
internal static class PostgresRightsQueries
{
    private const int LargeObjectPrivilegeMajor = 18;

    public const string Role = """
        SELECT current_user::text, rolsuper,
               EXISTS (SELECT FROM pg_roles r WHERE r.rolname = 'pg_read_all_data' AND pg_has_role(r.oid, 'USAGE'))
        FROM pg_roles WHERE rolname = current_user
        """;

    // pg_dump skips the tables of extensions, but for those that the extension marks as
    // configuration. A sequence that belongs to a dumped table is dumped with it.
    public static string Unreadable(PostgresFilter filter) => $$"""
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

    private const string LargeObjectsBefore18 = """
        SELECT count(*) FROM pg_largeobject_metadata l
        WHERE current_setting('lo_compat_privileges') = 'off' AND NOT pg_has_role(l.lomowner, 'USAGE')
          AND NOT EXISTS (SELECT FROM aclexplode(l.lomacl) a
                          WHERE a.privilege_type = 'SELECT' AND (a.grantee = 0 OR pg_has_role(a.grantee, 'USAGE')))
        """;

    private const string LargeObjectsFrom18 =
        "SELECT count(*) FROM pg_largeobject_metadata WHERE NOT has_largeobject_privilege(oid, 'SELECT')";

    /// <summary>How many large objects the role may not read.</summary>
    public static string LargeObjects(int major) => major >= LargeObjectPrivilegeMajor ? LargeObjectsFrom18 : LargeObjectsBefore18;
}
