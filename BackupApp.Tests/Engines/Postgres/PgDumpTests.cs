using BackupApp.Engines;
using BackupApp.Engines.Postgres;
using BackupApp.Streams;
using BackupApp.Tests.Support;
using BackupApp.Tools;

namespace BackupApp.Tests.Engines.Postgres;

/// <summary>Real dumps of a real server, read back by the command that the product tells its users.</summary>
public sealed class PgDumpTests : IAsyncLifetime
{
    private const string Content = """
        CREATE SCHEMA sales;
        CREATE TABLE sales.orders (id bigint PRIMARY KEY, note text, tags text[], extra jsonb,
            doubled bigint GENERATED ALWAYS AS (id * 2) STORED);
        INSERT INTO sales.orders (id, note, tags, extra)
        SELECT i, repeat(md5(i::text), 3), ARRAY['a', i::text], jsonb_build_object('i', i, 'ä', 'ß') FROM generate_series(1, 20000) i;
        SELECT lo_from_bytea(4711, 'large object');
        """;

    private const string Checksum =
        "SELECT count(*) || ' ' || md5(string_agg(o::text, '' ORDER BY id)) || ' ' || convert_from(lo_get(4711), "
        + "'UTF8') FROM sales.orders o";

    private readonly TestPostgres _postgres = TestPostgres.Require();
    private readonly PgDump _tool = new(new PgTools([]), TestPostgres.Databases, Path.GetTempPath(), PgDump.DefaultLockWait);
    private readonly string _folder = Directory.CreateTempSubdirectory("backupapp-dump-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("shop", "reader", "secret")]
    [InlineData("a=b", "a=b", "a=b")]
    [InlineData("host=elsewhere port=1", "options=-c", "password=x")]
    [InlineData("postgresql://x:1/y?a=b", "me:@/%", ":@/% '\"\\")]
    [InlineData("o'hare \\ \"the\" \\'", "o'hare \\ \"q\"", "'\\''\\\\\"$(id)`id`")]
    [InlineData("größe ☃", "Jürgen ☃", "pässwörd ☃ 🔑")]
    [InlineData("-d", "-U", "--password")]
    [InlineData(" leading and trailing ", " spaced ", " spaced ")]
    public async Task A_dump_restores_whatever_the_names_and_the_password_hold(string databaseName, string role, string password)
    {
        var database = await _postgres.CreateDatabaseAsync(databaseName, Content);
        var user = await _postgres.CreateRoleAsync(role, password);
        var file = Path.Combine(_folder, "o'hare's dump.dump.gz");

        await DumpAsync(database, user, password, file);

        var expected = await _postgres.ScalarAsync<string>(Checksum, database);
        await _postgres.ExecuteAsync($"DROP DATABASE {TestPostgres.Quote(database)}");
        var (code, output) = await Shell.RunAsync(
            "sh",
            ["-c", PgRestoreText.Steps(new(file, StoredForm.Of(1)), Target(database), null)[0].Command],
            _postgres.ToolEnvironment);
        Assert.Equal((0, ""), (code, output));
        Assert.Equal(expected, await _postgres.ScalarAsync<string>(Checksum, database));
    }

    [Fact]
    public async Task The_restore_command_overwrites_nothing()
    {
        var database = await _postgres.CreateDatabaseAsync(sql: Content);
        var file = Path.Combine(_folder, "x.dump.gz");
        await DumpAsync(database, null, null, file);
        await _postgres.ExecuteAsync("DELETE FROM sales.orders WHERE id > 1", database);

        var (code, _) = await Shell.RunAsync(
            "sh",
            ["-c", PgRestoreText.Steps(new(file, StoredForm.Of(1)), Target(database), null)[0].Command],
            _postgres.ToolEnvironment);

        Assert.NotEqual(0, code);
        Assert.Equal(1L, await _postgres.ScalarAsync<long>("SELECT count(*) FROM sales.orders", database));
    }

    [Fact]
    public async Task The_servers_own_time_limits_do_not_end_a_dump()
    {
        var database = await _postgres.CreateDatabaseAsync(
            sql: "CREATE TABLE big AS SELECT i, repeat(md5(i::text), 200) AS t FROM generate_series(1, 20000) i");
        foreach (var limit in new[] { "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout" })
            await _postgres.ExecuteAsync($"ALTER DATABASE {TestPostgres.Quote(database)} SET {limit} = '500ms'");
        using var sink = new GatedStream();
        var command = await _tool.PrepareAsync(
            _postgres.Connection(database), await _postgres.ServerAsync(), DumpSelection.Everything, Target(database), Token);
        var process = new DumpProcess(command, StandIn.Limits, TimeProvider.System);
        var copy = process.CopyToAsync(sink, Token);
        await Until.TrueAsync(() => sink.IsEntered, "the dump has begun");

        // Let the COPY be older than the limit by far before it can go on.
        await Assert.ThrowsAsync<TimeoutException>(() => copy.WaitAsync(TimeSpan.FromSeconds(1.5), Token));
        sink.Open();

        Assert.InRange((await copy).Bytes, 20000 * 6400, long.MaxValue);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _postgres.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task DumpAsync(string database, string? user, string? password, string path)
    {
        using var command = await _tool.PrepareAsync(
            _postgres.Connection(database, user, password),
            await _postgres.ServerAsync(),
            DumpSelection.Everything,
            Target(database),
            Token);
        await using var file = File.Create(path);
        await using var gzip = new ParallelGzipStream(file, 6, 2, cancellationToken: Token);
        await new DumpProcess(command, StandIn.Limits, TimeProvider.System).CopyToAsync(gzip, Token);
        await gzip.FinishAsync(Token);
    }

    private static DumpTarget Target(string database) => new(ArtifactKind.Database, database);
}
