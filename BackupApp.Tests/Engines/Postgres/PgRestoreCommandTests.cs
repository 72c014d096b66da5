using System.Text.RegularExpressions;
using BackupApp.Engines;
using BackupApp.Engines.Postgres;
using BackupApp.Streams;
using BackupApp.Tests.Support;
using BackupApp.Tests.Tools;
using BackupApp.Tools;

namespace BackupApp.Tests.Engines.Postgres;

/// <summary>
/// The commands that people are shown, run by bash as they are, make a database that is equal to
/// the one that was dumped, whatever that was.
/// </summary>
public sealed partial class PgRestoreCommandTests(PgRestoreCommandTests.Server server) : IClassFixture<PgRestoreCommandTests.Server>
{
    private const string Content = """
        CREATE SCHEMA sales AUTHORIZATION "Owner X";
        CREATE TABLE sales.orders AS SELECT n, md5(n::text) AS text FROM generate_series(1, 500) n;
        ALTER TABLE sales.orders OWNER TO "Owner X";
        CREATE FUNCTION sales.guarded() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
        ALTER FUNCTION sales.guarded() OWNER TO "Owner X";
        GRANT SELECT ON sales.orders TO reader;
        """;

    private const string Description = """
        SELECT concat_ws(' | ', pg_get_userbyid(d.datdba), pg_encoding_to_char(d.encoding), d.datcollate, d.datctype,
            d.datlocprovider, d.daticulocale, d.datconnlimit, d.datistemplate,
          shobj_description(d.oid, 'pg_database'),
          (SELECT string_agg(pg_get_userbyid(a.grantor) || '>' || a.grantee::regrole || ':' || a.privilege_type ||
              a.is_grantable, ',' ORDER BY a.grantee::regrole::text, a.privilege_type) FROM aclexplode(d.datacl) a),
          (SELECT string_agg(s.setrole::regrole || '=' || array_to_string(s.setconfig, ';'), ','
              ORDER BY s.setrole::regrole::text) FROM pg_db_role_setting s WHERE s.setdatabase = d.oid))
        FROM pg_database d WHERE d.datname =
        """;

    private static readonly StoredFile Dump = new("a b.dump.gz", StoredForm.Of(1));

    private readonly string _folder = Directory.CreateTempSubdirectory("backupapp-restore-").FullName;

    public static TheoryData<string, string, string> Databases => new()
    {
        { "Shop", """OWNER "Owner X" """, "" },
        { "phone book", "ENCODING UTF8 LOCALE_PROVIDER icu ICU_LOCALE 'de-u-co-phonebk' LOCALE 'C'", "" },
        { "latin", "ENCODING LATIN1 LOCALE 'C'", "CREATE TABLE words AS SELECT 'größe' AS word" },
        { "no encoding", "ENCODING SQL_ASCII LOCALE 'C'", "CREATE TABLE bytes AS SELECT decode('ff', 'hex') AS byte" },
        { "unicode ☃", "ENCODING UTF8 LOCALE 'C.UTF-8'", "COMMENT ON DATABASE {0} IS 'größe ☃'" },
        {
            "set", """OWNER "Owner X" """, """
            ALTER DATABASE {0} SET default_transaction_read_only = on;
            ALTER DATABASE {0} SET search_path = "$user", "a "" b", public; ALTER DATABASE {0} SET temp_tablespaces = '';
            ALTER DATABASE {0} SET "app.words" = 'it''s "so" \ $HOME !';
            ALTER ROLE reader IN DATABASE {0} SET work_mem = '7MB'; ALTER DATABASE {0} CONNECTION LIMIT 5;
            COMMENT ON DATABASE {0} IS E'it''s\n"so" \\ `id` :x';
            REVOKE ALL ON DATABASE {0} FROM PUBLIC; GRANT CONNECT ON DATABASE {0} TO reader WITH GRANT OPTION;
            GRANT TEMPORARY ON DATABASE {0} TO reader; REVOKE CREATE ON DATABASE {0} FROM "Owner X"
            """
        },
        { "it's \"odd\" $HOME `id` \\ !! $(touch pwned)", "", "" },
        { "line\ntouch pwned\r\u0003touch pwned\u001b]0;\a\u202e", "", "" },
        { "dbname=template1 host=nowhere", "", "" },
        { "-d --help", "", "" },
        { "postgres", "", "" },
    };

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Both_commands_make_an_equal_database(string name, string options, string sql)
    {
        var quoted = TestPostgres.Quote(name);
        if (name != "postgres")
            await server.Cluster.ExecuteAsync($"CREATE DATABASE {quoted} TEMPLATE template0 {options}");
        await server.Cluster.ExecuteAsync(Content, name);
        if (sql.Length > 0)
            await server.Cluster.ExecuteAsync(string.Format(null, sql, quoted), name);
        var before = await DescribeAsync(name);
        var steps = PgRestoreText.Steps(Dump, new(ArtifactKind.Database, name), await DumpAsync(name));

        await RunAsync(steps[1].Command);
        Assert.Equal(before, await DescribeAsync(NewName().Match(steps[1].Command).Groups[1].Value));

        if (name != "postgres")
            await server.Cluster.ExecuteAsync($"DROP DATABASE {quoted}", "template1");
        await RunAsync(steps[0].Command);
        Assert.Equal(before, await DescribeAsync(name));
        Assert.Equal(["a b.dump.gz"], Directory.GetFileSystemEntries(_folder).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Neither_command_touches_a_database_that_is_there()
    {
        await server.Cluster.ExecuteAsync("CREATE DATABASE kept");
        await server.Cluster.ExecuteAsync("CREATE DATABASE kept_restored");
        await server.Cluster.ExecuteAsync("CREATE TABLE dear AS SELECT 1 AS n", "kept");
        var steps = PgRestoreText.Steps(Dump, new(ArtifactKind.Database, "kept"), await DumpAsync("kept"));
        await server.Cluster.ExecuteAsync("CREATE TABLE newer AS SELECT 1 AS n", "kept");
        var (kept, restored) = (await DescribeAsync("kept"), await DescribeAsync("kept_restored"));

        foreach (var step in steps)
            Assert.NotEqual(0, (await BashAsync(step.Command)).ExitCode);

        Assert.Equal((kept, restored), (await DescribeAsync("kept"), await DescribeAsync("kept_restored")));
    }

    [Fact]
    public async Task A_role_that_is_missing_takes_nothing_but_its_own_from_a_copy()
    {
        await server.Cluster.ExecuteAsync("CREATE ROLE gone");
        await server.Cluster.ExecuteAsync("CREATE DATABASE lonely OWNER gone");
        await server.Cluster.ExecuteAsync(
            "ALTER DATABASE lonely SET work_mem = '7MB'; ALTER ROLE gone IN DATABASE lonely SET work_mem = '8MB'; "
            + "REVOKE CONNECT ON DATABASE lonely FROM PUBLIC; GRANT CONNECT ON DATABASE lonely TO reader");
        var step = PgRestoreText.Steps(Dump, new(ArtifactKind.Database, "lonely"), await DumpAsync("lonely"))[1];
        await server.Cluster.ExecuteAsync("DROP DATABASE lonely");
        await server.Cluster.ExecuteAsync("DROP ROLE gone");

        var (_, output) = await BashAsync(step.Command);

        Assert.Contains("role \"gone\" does not exist", output, StringComparison.Ordinal);
        var made = await server.ScalarAsync(Description, "lonely_restored");
        Assert.Contains("work_mem=7MB", made, StringComparison.Ordinal);
        Assert.Contains("reader:CONNECT", made, StringComparison.Ordinal);
        Assert.DoesNotContain(">-:CONNECT", made, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_a_script_a_database_whose_tablespace_is_missing_goes_to_the_default_one()
    {
        await server.Cluster.ExecuteAsync("CREATE TABLESPACE fast LOCATION ''");
        await server.Cluster.ExecuteAsync("CREATE DATABASE quick TABLESPACE fast");
        await server.Cluster.ExecuteAsync(Content, "quick");
        var before = await DescribeAsync("quick");
        var traits = await DumpAsync("quick");
        Assert.Equal("fast", traits!.Tablespace);
        var hash = Convert.ToHexStringLower(
            System.Security.Cryptography.SHA256.HashData(
                await File.ReadAllBytesAsync(Path.Combine(_folder, "a b.dump.gz"), TestContext.Current.CancellationToken)));
        var part = new RestorablePart(new(ArtifactKind.Database, "quick"), Dump, "quick/x.dump.gz", hash, traits);
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "run.sh"),
            PgRestoreScript.Of(new("shop", DateTimeOffset.UtcNow, Guid.NewGuid(), "15.1", [part], [])),
            TestContext.Current.CancellationToken);
        await server.Cluster.ExecuteAsync("DROP DATABASE quick");
        await server.Cluster.ExecuteAsync("DROP TABLESPACE fast");

        var (exitCode, output) = await Shell.RunAsync("bash", [Path.Combine(_folder, "run.sh")], server.Cluster.ToolEnvironment);

        Assert.True(exitCode == 0, output);
        Assert.Contains("The server has no tablespace fast", output, StringComparison.Ordinal);
        Assert.Equal(before, await DescribeAsync("quick"));
    }

    private Task<(int ExitCode, string Output)> BashAsync(string command) =>
        Shell.RunAsync(
            "bash",
            ["-euc", "set -o pipefail; cd \"$1\"; eval \"$2\"", "bash", _folder, command],
            server.Cluster.ToolEnvironment);

    private async Task RunAsync(string command)
    {
        var (exitCode, output) = await BashAsync(command);
        Assert.True((exitCode, output) == (0, ""), $"{command}\n{exitCode} {output}");
    }

    private async Task<(string Traits, string Schema, string Content)> DescribeAsync(string database)
    {
        var (schema, content) = await DatabaseContent.DescribeAsync(server.Cluster.ToolEnvironment, database);
        return (await server.ScalarAsync(Description, database), schema, content);
    }

    private async Task<DatabaseTraits?> DumpAsync(string database)
    {
        var target = new DumpTarget(ArtifactKind.Database, database);
        using var command = await server.Tool.PrepareAsync(
            server.Connection(database),
            server.Connected,
            DumpSelection.Everything,
            target,
            TestContext.Current.CancellationToken);
        await using var file = File.Create(Path.Combine(_folder, "a b.dump.gz"));
        await using var gzip = new ParallelGzipStream(file, 1, 1, cancellationToken: TestContext.Current.CancellationToken);
        await new DumpProcess(command, StandIn.Limits, TimeProvider.System).CopyToAsync(gzip, TestContext.Current.CancellationToken);
        await gzip.FinishAsync(TestContext.Current.CancellationToken);
        return await TestPostgres.Databases.ReadTraitsAsync(server.Connection(database), TestContext.Current.CancellationToken);
    }

    [GeneratedRegex("^db=([a-z0-9_]+) ")]
    private static partial Regex NewName();

    /// <summary>A server of its own, whose database <c>postgres</c> may be moved about, with two roles.</summary>
    public sealed class Server : IAsyncLifetime
    {
        public TestCluster Cluster { get; private set; } = null!;

        public PgDump Tool { get; } = new(new PgTools([]), TestPostgres.Databases, Path.GetTempPath(), PgDump.DefaultLockWait);

        public ConnectedServer Connected { get; } = new(new("15", 15, null, false, false, null), System.Net.IPAddress.Loopback);

        public DatabaseConnection Connection(string database) =>
            new(
                Engine.Postgres,
                "127.0.0.1",
                Cluster.Port,
                database,
                TestCluster.Superuser,
                TlsMode.Disable,
                new Dictionary<string, string>(),
                new ConnectionSecrets(null));

        public async ValueTask InitializeAsync()
        {
            Cluster = await TestCluster.StartAsync("host all all 127.0.0.1/32 trust", "allow_in_place_tablespaces = on");
            await Cluster.ExecuteAsync("CREATE ROLE \"Owner X\"; CREATE ROLE reader");
        }

        public async Task<string> ScalarAsync(string query, string database)
        {
            await using var source = Npgsql.NpgsqlDataSource.Create(
                new Npgsql.NpgsqlConnectionStringBuilder(Cluster.ConnectionString) { Database = "template1" });
            await using var command = source.CreateCommand($"{query} $1");
            command.Parameters.Add(new() { Value = database });
            return (string)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
        }

        public ValueTask DisposeAsync() => Cluster.DisposeAsync();
    }
}
