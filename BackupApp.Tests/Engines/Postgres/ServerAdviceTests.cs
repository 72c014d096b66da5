using BackupApp.Engines;
using BackupApp.Engines.Postgres;
using BackupApp.Errors;
using BackupApp.Tests.Support;
using BackupApp.Tools;

namespace BackupApp.Tests.Engines.Postgres;

/// <summary>An error of the server reaches people whole, with what to do about it.</summary>
public sealed class ServerAdviceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("backupapp-advice-").FullName;

    private static DatabaseConnection Nowhere =>
        new(Engine.Postgres, "127.0.0.1", 1, "none", "nobody", TlsMode.Disable, new Dictionary<string, string>(), new(null));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Too_few_lock_slots_are_told_with_the_servers_own_hint()
    {
        await using var server = await TestCluster.StartWithPasswordAsync(
            "max_locks_per_transaction = 10\nmax_connections = 10\nautovacuum = off");
        await server.ExecuteAsync("DO $$ BEGIN FOR i IN 1..3000 LOOP EXECUTE format('CREATE TABLE t%s ()', i); COMMIT; END LOOP; END $$");

        var message = await FailAsync(server);

        Assert.Contains(
            "out of shared memory HINT:  You might need to increase max_locks_per_transaction.",
            message,
            StringComparison.Ordinal);
        Assert.EndsWith("or back up some schemas by a data source of their own.", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_standby_that_cancels_a_dump_is_told_with_the_settings_that_prevent_it()
    {
        await using var primary = await TestCluster.StartAsync(
            $"local replication all trust\nhost all {TestCluster.Superuser} 127.0.0.1/32 scram-sha-256");
        await primary.ExecuteAsync($"ALTER ROLE {TestCluster.Superuser} PASSWORD '{TestCluster.SuperuserPassword}'");
        await primary.ExecuteAsync(
            "CREATE TABLE big AS SELECT i, repeat(md5(i::text), 200) AS t FROM generate_series(1, 5000) i; "
            + "CREATE TABLE small AS SELECT 1 AS n");
        await using var standby = await primary.StartStandbyAsync("max_standby_streaming_delay = 0");
        using var sink = new GatedStream();
        using var command = await PrepareAsync(standby);
        var dump = new DumpProcess(command, StandIn.Limits, TimeProvider.System).CopyToAsync(sink, Token);
        await Until.TrueAsync(() => sink.IsEntered, "the dump has begun");

        await primary.ExecuteAsync("ALTER TABLE small ADD COLUMN m int");
        await Until.TrueAsync(() => standby.AnyAsync(
            "SELECT FROM pg_locks WHERE NOT granted UNION ALL SELECT FROM pg_attribute "
            + "WHERE attrelid = 'small'::regclass AND attname = 'm'"),
    "the standby goes on, or wants to");
        sink.Open();

        var failure = await Assert.ThrowsAsync<DumpFailedException>(() => dump);
        Assert.Contains(
            "conflict with recovery DETAIL:  User was holding a relation lock for too long.",
            failure.Message,
            StringComparison.Ordinal);
        Assert.Contains("hot_standby_feedback = on", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_rights_are_told_with_where_to_find_them()
    {
        await using var server = await TestCluster.StartAsync("host all all 127.0.0.1/32 trust");
        await server.ExecuteAsync("CREATE ROLE poor LOGIN; CREATE TABLE secrets ()");

        var message = await FailAsync(server, "poor");

        Assert.Contains("permission denied for table secrets", message, StringComparison.Ordinal);
        Assert.Contains("LOCK TABLE public.secrets IN ACCESS SHARE MODE", message, StringComparison.Ordinal);
        Assert.Contains("names what is missing with the GRANT", message, StringComparison.Ordinal);
    }

    /// <summary>In the words of real ones, of pg_dump from 15 on and before.</summary>
    [Theory]
    [InlineData("ERROR:  invalid memory alloc request size 1200000003", "exceeds 1 GB")]
    [InlineData(
        "ERROR:  out of memory\nDETAIL:  Cannot enlarge string buffer containing 1073741822 bytes by 1 more bytes.",
        "exceeds 1 GB")]
    [InlineData(
        "ERROR:  could not write to file \"base/pgsql_tmp/pgsql_tmp4711.0\": No space left on device",
        "disk of the database server is full")]
    [InlineData(
        "ERROR:  could not resize shared memory segment \"/PostgreSQL.1804289383\" to 8388608 bytes: No space left on device",
        "--shm-size")]
    [InlineData("ERROR:  missing chunk number 0 for toast value 16401 in pg_toast_16396", "files are damaged")]
    [InlineData(
        "FEHLER:  Shared Memory aufgebraucht\nHINT:  Sie müssen möglicherweise max_locks_per_transaction erhöhen.",
        "table of locks is too small")]
    public async Task The_usual_errors_are_kept_whole_and_explained(string error, string advice)
    {
        var now =
            "sh: error: Dumping the contents of table \"t\" failed: PQgetResult() failed.\n"
            + $"sh: detail: Error message from server: {error}\nsh: detail: Command was: COPY public.t (n) TO stdout;";
        var before = now.Replace("sh: detail", "sh: error", StringComparison.Ordinal);
        foreach (var said in new[] { now, before })
        {
            var command = StandIn.Command($"cat >&2 <<'END'\nsh: warning: nothing\n{said}\nEND\nexit 1") with
            {
                Words = new PgDumpWords(TestPostgres.Databases.Connector, Nowhere),
            };

            var failure = await Assert.ThrowsAsync<DumpFailedException>(() =>
                new DumpProcess(command, StandIn.Limits, TimeProvider.System).CopyToAsync(Stream.Null, Token));

            Assert.StartsWith(
                "sh ended with exit code 1: Dumping the contents of table \"t\" failed: PQgetResult() failed. "
                + $"Error message from server: {error.Replace('\n', ' ')} Command was: COPY public.t",
                failure.Message, StringComparison.Ordinal);
            Assert.Contains(advice, failure.Message, StringComparison.Ordinal);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<string> FailAsync(TestCluster server, string role = TestCluster.Superuser)
    {
        using var command = await PrepareAsync(server, role);
        var failure = await Assert.ThrowsAsync<DumpFailedException>(() =>
            new DumpProcess(command, StandIn.Limits, TimeProvider.System).CopyToAsync(Stream.Null, Token));
        Assert.Equal((RunStage.Dump, "dump_failed"), (failure.Stage, failure.Code));
        return failure.Message;
    }

    private Task<ToolCommand> PrepareAsync(TestCluster server, string role = TestCluster.Superuser)
    {
        var connection = new DatabaseConnection(
            Engine.Postgres,
            "127.0.0.1",
            server.Port,
            "postgres",
            role,
            TlsMode.Disable,
            new Dictionary<string, string>(),
            new(TestCluster.SuperuserPassword));
        var major = new PgTools([]).Installed()[^1].Major;
        return new PgDump(new PgTools([]), TestPostgres.Databases, _folder, PgDump.DefaultLockWait).PrepareAsync(
            connection,
            new(new("", major, null, false, false, null), System.Net.IPAddress.Loopback),
            DumpSelection.Everything,
            new(ArtifactKind.Database, "postgres"),
            Token);
    }
}
