using BackupApp.Tests.Support;

namespace BackupApp.Tests.Backups;

/// <summary>A PostgreSQL server with several databases, one closed to the role that backs it up, and what has to come back of it.</summary>
internal static class SampleServer
{
    public const string Anyone = "host all all 127.0.0.1/32 scram-sha-256";

    public static readonly string[] Good = ["Shop", "crm", "postgres", "shop"];

    private const string ServerDescription = """
        SELECT 'role', r.rolname, r.rolsuper, r.rolinherit, r.rolcreaterole, r.rolcreatedb, r.rolcanlogin, r.rolconnlimit, r.rolvaliduntil,
          (SELECT string_agg(m.roleid::regrole::text, ',' ORDER BY m.roleid::regrole::text) FROM pg_auth_members m WHERE m.member = r.oid)
        FROM pg_roles r WHERE r.rolname !~ '^pg_' ORDER BY r.rolname COLLATE "C";
        SELECT 'setting', s.setrole::regrole, d.datname, s.setconfig FROM pg_db_role_setting s LEFT
            JOIN pg_database d ON d.oid = s.setdatabase ORDER BY d.datname COLLATE "C", s.setrole::regrole::text;
        SELECT 'database', d.datname, pg_get_userbyid(d.datdba), pg_encoding_to_char(d.encoding), d.datcollate,
            d.datctype, d.datlocprovider, d.daticulocale, d.datconnlimit, coalesce(d.datacl, acldefault('d', d.datdba)),
          shobj_description(d.oid, 'pg_database')
        FROM pg_database d WHERE NOT d.datistemplate AND d.datname NOT IN ('closed', 'asleep', 'rdsadmin') ORDER BY d.datname COLLATE "C";
        """;

    /// <summary>Five databases, of which the role <c>backup</c> may not enter one; and some that are no part of a backup.</summary>
    public static async Task<TestCluster> StartAsync()
    {
        var server = await TestCluster.StartAsync(Anyone);
        await server.ExecuteAsync("CREATE ROLE owner; CREATE ROLE backup LOGIN PASSWORD 'pw'");
        // Shorter than a dump of it, and longer than the statement before pg_dump switches them off, on a machine that stands still now
        // and then.
        foreach (var limit in new[] { "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout" })
            await server.ExecuteAsync($"ALTER ROLE backup SET {limit} = '500ms'");
        foreach (var database in new[]
            {
                "shop",
                "\"Shop\" ENCODING LATIN1",
                "crm LOCALE_PROVIDER icu ICU_LOCALE 'de-u-co-phonebk' LOCALE 'C'",
                "closed",
                "asleep",
                "rdsadmin",
            })
            await server.ExecuteAsync($"CREATE DATABASE {database} TEMPLATE template0 OWNER owner");
        await server.ExecuteAsync("""
            ALTER ROLE owner CREATEDB CONNECTION LIMIT 7; CREATE ROLE team; GRANT team TO backup; ALTER ROLE backup SET work_mem = '9MB';
            ALTER DATABASE shop SET search_path = "a b", public; ALTER ROLE owner IN DATABASE shop SET work_mem = '7MB';
            COMMENT ON DATABASE crm IS E'it''s\nhere'; REVOKE ALL ON DATABASE crm FROM PUBLIC;
            GRANT CONNECT ON DATABASE crm TO backup WITH GRANT OPTION;
            ALTER DATABASE postgres SET work_mem = '8MB'; COMMENT ON DATABASE postgres IS 'ours'
            """);
        await server.ExecuteAsync("REVOKE CONNECT ON DATABASE closed FROM PUBLIC");
        await server.ExecuteAsync("ALTER DATABASE asleep ALLOW_CONNECTIONS false");
        await server.ExecuteAsync(
            "CREATE SCHEMA sales AUTHORIZATION owner; CREATE TABLE sales.orders AS SELECT n, md5(n::text) AS text "
            + "FROM generate_series(1, 20000) n",
            "shop");
        await server.ExecuteAsync("CREATE TABLE other AS SELECT 'the other shop'::text AS name", "Shop");
        await server.ExecuteAsync(
            "CREATE TABLE customers (id serial PRIMARY KEY, name text); INSERT INTO customers (name) VALUES ('Ada'), ('Grace')",
            "crm");
        await server.ExecuteAsync("CREATE TABLE notes AS SELECT 1 AS n");
        // Not by pg_read_all_data, which opens the passwords too.
        foreach (var database in Good)
            await server.ExecuteAsync(
                "GRANT SELECT ON ALL TABLES IN SCHEMA public TO backup; GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO backup",
                database);
        await server.ExecuteAsync("GRANT USAGE ON SCHEMA sales TO backup; GRANT SELECT ON sales.orders TO backup", "shop");
        await server.ExecuteAsync("ALTER DATABASE shop SET default_transaction_read_only = on");
        return server;
    }

    /// <summary>Roles, who belongs to whom, and what the databases of the backup are besides what is in them.</summary>
    public static async Task<string> DescribeAsync(TestCluster server)
    {
        var (exitCode, output) = await Shell.RunAsync("psql", ["-XAtd", "template1", "-c", ServerDescription], server.ToolEnvironment);
        Assert.True(exitCode == 0, output);
        return output;
    }
}
