using System.Diagnostics;
using BackupApp.Engines;
using BackupApp.Engines.Postgres;
using BackupApp.Errors;
using BackupApp.Tests.Support;
using BackupApp.Tools;

namespace BackupApp.Tests.Engines.Postgres;

/// <summary>A real pg_dump that does not come to a good end.</summary>
public sealed class PgDumpFailureTests : IAsyncDisposable
{
    private const string Content = "CREATE TABLE big AS SELECT i, repeat(md5(i::text), 200) AS t FROM generate_series(1, 20000) i";

    private readonly TestPostgres _postgres = TestPostgres.Require();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_wrong_password_is_said_but_not_shown()
    {
        var database = await _postgres.CreateDatabaseAsync();
        var role = await _postgres.CreateRoleAsync("reader", "right");
        var process = await PrepareAsync(_postgres.Connection(database, role, "wr0ng-passw0rd"));

        var exception = await Assert.ThrowsAsync<DumpFailedException>(() => process.CopyToAsync(Stream.Null, Token));

        Assert.Equal((RunStage.Dump, "dump_failed"), (exception.Stage, exception.Code));
        Assert.StartsWith("pg_dump ended with exit code 1: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains("password authentication failed", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wr0ng", exception.Message + process.StderrTail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-KILL", "pg_dump was killed by signal 9 (SIGKILL)")]
    [InlineData("-TERM", "pg_dump ended with exit code 1: ")]
    public async Task A_dump_that_is_killed_in_its_middle_is_a_failed_dump(string signal, string message)
    {
        var database = await _postgres.CreateDatabaseAsync(sql: Content);
        var exception = await InterruptAsync(database, process => Shell.RunAsync("kill", [signal, $"{process.ProcessId}"]));

        Assert.StartsWith(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_goes_away_in_the_middle_is_a_failed_dump()
    {
        var database = await _postgres.CreateDatabaseAsync(sql: Content);
        var exception = await InterruptAsync(database, _ => TerminateAsync(database));

        Assert.StartsWith("pg_dump ended with exit code 1: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains("big", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_a_lock_holds_it_the_command_line_shows_no_secret_and_cancelling_frees_the_server()
    {
        var database = await _postgres.CreateDatabaseAsync(sql: Content);
        await using var locker = await LockAsync(database);
        var process = await PrepareAsync(_postgres.Connection(database));
        using var canceled = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var copy = process.CopyToAsync(Stream.Null, canceled.Token);
        await Until.TrueAsync(() => WaitsAsync(database), "pg_dump waits for the lock");

        var commandLine = await File.ReadAllTextAsync($"/proc/{process.ProcessId}/cmdline", Token);
        Assert.Contains(database, commandLine, StringComparison.Ordinal);
        Assert.DoesNotContain(_postgres.SuperuserPassword, commandLine, StringComparison.Ordinal);
        Assert.Contains(
            $"PGPASSWORD={_postgres.SuperuserPassword}\0",
            await File.ReadAllTextAsync($"/proc/{process.ProcessId}/environ", Token),
            StringComparison.Ordinal);

        await canceled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => copy);
        await Until.TrueAsync(async () => !await WaitsAsync(database), "the server has let go", seconds: 5);
        Assert.True(StandIn.IsGone(process.ProcessId!.Value));
    }

    [Fact]
    public async Task A_table_that_stays_locked_is_named()
    {
        var database = await _postgres.CreateDatabaseAsync(sql: Content);
        await using var locker = await LockAsync(database);
        var process = await PrepareAsync(_postgres.Connection(database), TimeSpan.FromMilliseconds(400));

        var exception = await Assert.ThrowsAsync<DumpFailedException>(() => process.CopyToAsync(Stream.Null, Token));

        Assert.Contains("LOCK TABLE public.big", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_does_not_exist_is_named()
    {
        var process = await PrepareAsync(_postgres.Connection("no such database"));
        var exception = await Assert.ThrowsAsync<DumpFailedException>(() => process.CopyToAsync(Stream.Null, Token));

        Assert.EndsWith("database \"no such database\" does not exist", exception.Message, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _postgres.DisposeAsync();

    /// <summary>Begins a dump, lets something happen while most of it is still to come, and gives back how it ended.</summary>
    private async Task<DumpFailedException> InterruptAsync(string database, Func<DumpProcess, Task> interrupt)
    {
        using var sink = new GatedStream();
        var process = await PrepareAsync(_postgres.Connection(database));
        var copy = process.CopyToAsync(sink, Token);
        await Until.TrueAsync(() => sink.IsEntered, "the dump has begun");
        await interrupt(process);
        sink.Open();

        var exception = await Assert.ThrowsAsync<DumpFailedException>(() => copy);
        Assert.Equal((RunStage.Dump, "dump_failed"), (exception.Stage, exception.Code));
        Assert.InRange(sink.Taken, 1, 20000 * 6400);
        return exception;
    }

    private async Task<DumpProcess> PrepareAsync(DatabaseConnection connection, TimeSpan? lockWait = null)
    {
        var tool = new PgDump(new PgTools([]), TestPostgres.Databases, Path.GetTempPath(), lockWait ?? PgDump.DefaultLockWait);
        return new(
            await tool.PrepareAsync(
                connection,
                await _postgres.ServerAsync(),
                DumpSelection.Everything,
                new(ArtifactKind.Database, connection.Database),
                Token),
            StandIn.Limits,
            TimeProvider.System);
    }

    private async Task<IAsyncDisposable> LockAsync(string database)
    {
        var connection = await _postgres.OpenAsync(database);
        await using var command = connection.CreateCommand();
        command.CommandText = "BEGIN; LOCK TABLE big IN ACCESS EXCLUSIVE MODE";
        await command.ExecuteNonQueryAsync(Token);
        return connection;
    }

    private Task TerminateAsync(string database) =>
        _postgres.ExecuteAsync(
            "SELECT count(pg_terminate_backend(pid)) "
            + $"FROM pg_stat_activity WHERE datname = '{database}' AND application_name = 'backupapp'");

    private async Task<bool> WaitsAsync(string database) =>
        await _postgres.ScalarAsync<long>(
            $"SELECT count(*) FROM pg_stat_activity WHERE datname = '{database}' AND wait_event_type = 'Lock'") > 0;
}
