using BackupApp.Tests.Support;
using Npgsql;

namespace BackupApp.Tests.Hosting;

/// <summary>
/// An idle app asks its database next to nothing. Counted, not timed: the machine's load does not
/// matter. scripts/bench idle shows what it costs.
/// </summary>
public sealed class IdleTests : IAsyncDisposable
{
    private const int Seconds = 12;

    /// <summary>
    /// One round of the reaper, of the deletions and of the watch, a look at what is to be told, the clock every fifteen seconds, a
    /// heartbeat. It was 17 a second, then 10.
    /// </summary>
    private const int MostTransactionsPerSecond = 6;

    private const int MostWindows = 5;

    private readonly string _folder = Directory.CreateTempSubdirectory("backupapp-idle-").FullName;
    private readonly TestPostgres _postgres = TestPostgres.Require();

    [Fact]
    public async Task It_asks_its_database_next_to_nothing()
    {
        var settings = new AppSettings(_postgres.ConnectionString(await _postgres.CreateDatabaseAsync("idle")), _folder);
        await using var app = await AppProcess.StartAsync(settings);
        await Until.TrueAsync(
            async () => (await ReadAsync(settings, "select count(*) from hangfire.set where key = 'recurring-jobs'")) >= 5,
            "the recurring work");

        // What a start has to do is not its rest: it comes to rest in a while.
        List<long> windows = [];
        while (windows.Count < MostWindows && !IsCalm(windows))
            windows.Add(await InOneWindowAsync(settings));

        Assert.True(IsCalm(windows), $"Transactions in windows of {Seconds} s: {string.Join(", ", windows)}. The log: {app.Log}");
        Assert.Equal(1, await ReadAsync(
            settings, "select count(*) from pg_stat_activity where datname = current_database() and query like 'LISTEN%'"));
    }

    private static bool IsCalm(List<long> windows) => windows is [.., > 0 and <= Seconds * MostTransactionsPerSecond];

    private static async Task<long> InOneWindowAsync(AppSettings settings)
    {
        var before = await TransactionsAsync(settings);
        await Task.Delay(TimeSpan.FromSeconds(Seconds), TestContext.Current.CancellationToken);
        return await TransactionsAsync(settings) - before;
    }

    public async ValueTask DisposeAsync()
    {
        await _postgres.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static Task<long> TransactionsAsync(AppSettings settings) =>
        ReadAsync(settings, "select xact_commit + xact_rollback from pg_stat_database where datname = current_database()");

    private static async Task<long> ReadAsync(AppSettings settings, string sql)
    {
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}
