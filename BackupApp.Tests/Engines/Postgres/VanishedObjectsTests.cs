using BackupApp.Engines;
using BackupApp.Engines.Postgres;
using BackupApp.Tests.Support;
using BackupApp.Tools;

namespace BackupApp.Tests.Engines.Postgres;

/// <summary>A table that is dropped while a dump begins is no reason to fail, and nothing else is a reason to begin again.</summary>
public sealed class VanishedObjectsTests : IAsyncLifetime
{
    private const string Content = "CREATE TABLE kept AS SELECT 1 AS n; CREATE TABLE \"St,age 1\" (); CREATE TABLE stage_2 ()";

    private readonly TestPostgres _postgres = TestPostgres.Require();
    private readonly string _folder = Directory.CreateTempSubdirectory("backupapp-vanished-").FullName;
    private string _database = "";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_table_dropped_between_catalogue_and_lock_makes_the_tool_start_again()
    {
        using var command = await PrepareAsync(PgDump.DefaultLockWait);
        await using var migration = await _postgres.OpenAsync(_database);
        await using var step = migration.CreateCommand();
        step.CommandText = "BEGIN; LOCK TABLE stage_2 IN ACCESS EXCLUSIVE MODE";
        await step.ExecuteNonQueryAsync(Token);
        var starts = new ToolStarts(command, StandIn.Limits, TimeProvider.System);
        var dump = starts.CopyToAsync(Stream.Null, Token);
        await Until.TrueAsync(WaitsAsync, "pg_dump waits for the lock");

        step.CommandText = "DROP TABLE stage_2; COMMIT";
        await step.ExecuteNonQueryAsync(Token);

        Assert.True((await dump).Bytes > 0);
        Assert.Contains("relation \"public.stage_2\" does not exist", starts.StderrTail, StringComparison.Ordinal);
        Assert.Contains("Started again.", starts.StderrTail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lock_that_is_not_released_is_final()
    {
        using var command = await PrepareAsync(TimeSpan.FromMilliseconds(300));
        await using var migration = await _postgres.OpenAsync(_database);
        await using var step = migration.CreateCommand();
        step.CommandText = "BEGIN; LOCK TABLE stage_2 IN ACCESS EXCLUSIVE MODE";
        await step.ExecuteNonQueryAsync(Token);
        var starts = new ToolStarts(command, StandIn.Limits, TimeProvider.System);

        var failure = await Assert.ThrowsAsync<DumpFailedException>(() => starts.CopyToAsync(Stream.Null, Token));

        Assert.Contains("canceling statement due to statement timeout", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Started again", starts.StderrTail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 3)]
    [InlineData("echo PGDMP; ", 1)]
    public async Task It_is_started_three_times_at_most_and_never_after_its_first_byte(string output, int expected)
    {
        var count = Path.Combine(_folder, "starts");
        var tool = Path.Combine(_folder, "pg_dump");
        StandIn.Write(
            tool,
            $"echo >>'{count}'\n{output}echo 'pg_dump: error: query failed: ERROR:  could not open relation with OID 4711' >&2\nexit 1");
        var command = StandIn.Command("") with { Program = tool, Arguments = [], Words = Words() };

        await Assert.ThrowsAsync<DumpFailedException>(() =>
            new ToolStarts(command, StandIn.Limits, TimeProvider.System).CopyToAsync(Stream.Null, Token));

        Assert.Equal(expected, (await File.ReadAllLinesAsync(count, Token)).Length);
    }

    [Theory]
    [InlineData(
        "pg_dump: error: query failed: ERROR:  relation \"public.gone\" does not exist\n"
        + "pg_dump: detail: Query was: LOCK TABLE public.gone IN ACCESS SHARE MODE",
        true)]
    [InlineData(
        "pg_dump: error: query failed: FEHLER:  Relation »public.gone« existiert nicht\n"
        + "pg_dump: detail: Query was: LOCK TABLE public.kept, public.gone IN ACCESS SHARE MODE",
        true)]
    [InlineData(
        "pg_dump: error: query failed: FEHLER:  Relation\npg_dump: error: query was: LOCK TABLE public.gone IN ACCESS SHARE MODE",
        true)]
    [InlineData(
        "pg_dump: error: query failed: FEHLER:  keine Berechtigung für Tabelle kept\n"
        + "pg_dump: detail: Query was: LOCK TABLE public.kept, public.\"St,age 1\" IN ACCESS SHARE MODE",
        false)]
    [InlineData(
        "pg_dump: error: query failed: ERROR:  permission denied for table kept\n"
        + "pg_dump: detail: Query was: LOCK TABLE public.kept, public.stage_2 IN ACC",
        false)]
    [InlineData("pg_dump: error: query failed: ERROR:  cache lookup failed for index 4711\npg_dump: detail: Query was: SELECT", true)]
    [InlineData("pg_dump: error: schema with OID 4711 does not exist", true)]
    [InlineData("pg_dump: error: query failed: ERROR:  column \"a\" does not exist\npg_dump: detail: Query was: SELECT a", false)]
    [InlineData(
        "pg_dump: error: query failed: ERROR:  out of shared memory\nHINT:  You might need to increase max_locks_per_transaction.\n"
        + "pg_dump: detail: Query was: LOCK TABLE public.kept IN ACCESS SHARE MODE",
        false)]
    [InlineData("pg_dump: error: connection to server at \"127.0.0.1\", port 5432 failed: FATAL:  database \"gone\" does not exist", false)]
    [InlineData("pg_dump: error: connection to server at \"127.0.0.1\", port 5432 failed: FATAL:  role \"gone\" does not exist", false)]
    public async Task What_has_vanished_is_told_from_what_is_wrong(string said, bool vanished) =>
        Assert.Equal(vanished, await Words().SawSomethingVanishAsync(said.Split('\n'), Token));

    public async ValueTask InitializeAsync() => _database = await _postgres.CreateDatabaseAsync("vanished", Content);

    public async ValueTask DisposeAsync()
    {
        await _postgres.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private PgDumpWords Words() => new(TestPostgres.Databases.Connector, _postgres.Connection(_database));

    private async Task<ToolCommand> PrepareAsync(TimeSpan lockWait) =>
        await new PgDump(new PgTools([]), TestPostgres.Databases, _folder, lockWait).PrepareAsync(
            _postgres.Connection(_database),
            await _postgres.ServerAsync(),
            DumpSelection.Everything,
            new(ArtifactKind.Database, _database),
            Token);

    private async Task<bool> WaitsAsync() =>
        await _postgres.ScalarAsync<long>(
            $"SELECT count(*) FROM pg_stat_activity WHERE datname = '{_database}' AND wait_event_type = 'Lock'") > 0;
}
