namespace BackupApp.Engines.Postgres;

/// <summary>The questions of <see cref="PgGaps"/>, each with one column of names, by the rules of pg_dump's own selection.</summary>
internal static class PgGapQueries
{
    private const string Relations =
        "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";

    private const string Name = "format('%I.%I', n.nspname, c.relname)";

    public static string ForeignTables(PostgresFilter filter) =>
        $"SELECT {Name} {Relations} AND c.relkind = 'f' AND {filter.Picks} ORDER BY 1";

    public static string UnloggedTables(PostgresFilter filter) =>
        $"SELECT {Name} {Relations} AND c.relkind = 'r' AND c.relpersistence = 'u' AND pg_is_in_recovery() "
        + $"AND {filter.Picks} AND NOT {filter.Empties} ORDER BY 1";

    public static string InvalidIndexes(PostgresFilter filter) => $"""
        SELECT i.indexrelid::regclass::text FROM pg_index i
        WHERE NOT i.indisvalid AND i.indrelid IN (SELECT c.oid {Relations} AND c.relkind IN ('r', 'm') AND {filter.Picks})
        ORDER BY 1
        """;

    public static string UserMappings(PostgresFilter filter) => $"""
        SELECT format('%I for %I', srvname, usename) FROM pg_user_mappings
        WHERE umoptions IS NULL AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AND {filter.PicksAll} ORDER BY 1
        """;

    public static string Extensions(PostgresFilter filter) => $"""
        {NeededObjects(filter)}
        SELECT DISTINCT quote_ident(extname) FROM needed
        WHERE extname IS NOT NULL AND NOT {filter.PicksAll} AND extname <> 'plpgsql'
        ORDER BY 1
        """;

    public static string Needed(PostgresFilter filter) => $"""
        {NeededObjects(filter)}
        SELECT DISTINCT o.type || ' ' || o.identity FROM needed d, LATERAL pg_identify_object(d.classid, d.objid, 0) o
        WHERE d.extname IS NULL AND o.type <> 'index' AND o.schema !~ '^"?pg_' AND o.schema <> 'information_schema'
          AND d.objid NOT IN (SELECT oid FROM chosen)
          AND (d.classid = 'pg_class'::regclass OR NOT ({filter.PicksOthers} AND o.schema IN (SELECT quote_ident(nspname) FROM schemas)))
        ORDER BY 1
        """;

    // What the chosen relations, and the functions and types that are dumped with them, are recorded
    // to depend on. Of an array its element counts, and an owned sequence is dumped with its table.
    private static string NeededObjects(PostgresFilter filter) => $"""
        WITH schemas AS (
            SELECT n.oid, n.nspname FROM pg_namespace n
            WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND {filter.PicksSchema}),
        chosen AS (SELECT c.oid {Relations} AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND {filter.Picks}),
        parts (classid, objid) AS (
            SELECT 'pg_class'::regclass::oid, oid FROM chosen
            UNION ALL SELECT 'pg_class'::regclass, i.indexrelid FROM pg_index i JOIN chosen c ON c.oid = i.indrelid
            UNION ALL SELECT 'pg_attrdef'::regclass, d.oid FROM pg_attrdef d JOIN chosen c ON c.oid = d.adrelid
            UNION ALL SELECT 'pg_constraint'::regclass, k.oid FROM pg_constraint k JOIN chosen c ON c.oid = k.conrelid
            UNION ALL SELECT 'pg_rewrite'::regclass, r.oid FROM pg_rewrite r JOIN chosen c ON c.oid = r.ev_class
            UNION ALL SELECT 'pg_trigger'::regclass, t.oid FROM pg_trigger t JOIN chosen c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal
            UNION ALL SELECT 'pg_proc'::regclass, p.oid FROM pg_proc p JOIN schemas s ON s.oid = p.pronamespace WHERE {filter.PicksOthers}
            UNION ALL SELECT 'pg_type'::regclass, t.oid FROM pg_type t JOIN schemas s ON s.oid = t.typnamespace WHERE {filter.PicksOthers}),
        needed AS (
            SELECT DISTINCT r.classid, r.objid, e.extname
            FROM parts p JOIN pg_depend d USING (classid, objid)
            LEFT JOIN pg_type y ON d.refclassid = 'pg_type'::regclass AND y.oid = d.refobjid AND y.typcategory = 'A'
            CROSS JOIN LATERAL (SELECT d.refclassid AS classid, coalesce(nullif(y.typelem, 0), d.refobjid) AS objid) r
            LEFT JOIN pg_depend x ON x.classid = r.classid AND x.objid = r.objid AND x.deptype = 'e'
              AND x.refclassid = 'pg_extension'::regclass
            LEFT JOIN pg_extension e ON e.oid = x.refobjid
            WHERE d.deptype IN ('n', 'a')
              AND d.refclassid IN ('pg_class'::regclass, 'pg_type'::regclass, 'pg_proc'::regclass,
                'pg_operator'::regclass, 'pg_opclass'::regclass, 'pg_collation'::regclass)
              AND NOT (r.classid = 'pg_class'::regclass AND (r.objid IN (SELECT oid FROM chosen) OR EXISTS (
                  SELECT FROM pg_depend o JOIN chosen c ON c.oid = o.refobjid
                  WHERE o.classid = 'pg_class'::regclass AND o.objid = r.objid AND o.refclassid = 'pg_class'::regclass
                    AND o.deptype IN ('a', 'i')))))
        """;
}
