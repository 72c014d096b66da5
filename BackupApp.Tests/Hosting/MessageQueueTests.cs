using System.Collections.Concurrent;
using BackupApp.Hosting;
using BackupApp.Tests.Support;
using Hangfire.PostgreSql;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace BackupApp.Tests.Hosting;

/// <summary>
/// Workers that wait, on one connection for all of them. None looks by itself during a test; messages are written and told as another
/// process does it.
/// </summary>
public sealed class MessageQueueTests : IAsyncLifetime
{
    private const string Queue = "control";

    private readonly TestPostgres _postgres = TestPostgres.Require();
    private readonly MessageQueues _queues = new();
    private readonly BlockingCollection<string> _taken = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Thread> _workers = [];
    private string _connectionString = "";
    private PostgreSqlStorage? _storage;
    private MessageListener? _listener;

    public async ValueTask InitializeAsync()
    {
        _connectionString = _postgres.ConnectionString(await _postgres.CreateMigratedDatabaseAsync("messages"));
        var options = QueueTables.Options();
        options.QueuePollInterval = TimeSpan.FromHours(1);
        _storage = QueueTables.Open(_connectionString, options);
        _queues.AddTo(_storage, options, [Queue], ["clock"]);
        _listener = new(_connectionString, _queues, TimeProvider.System, NullLogger<MessageListener>.Instance);
        await _listener.StartAsync(CancellationToken.None);
        await ListeningAsync(1);
    }

    [Fact]
    public async Task One_notification_of_three_messages_wakes_three_workers()
    {
        await WaitingAsync(workers: 3);

        await SendAsync(3);

        Assert.Equal(["1", "2", "3"], Take(3).Order());
        Assert.Equal(0, await _postgres.ScalarAsync<long>("select count(*) from hangfire.jobqueue", Database));
    }

    [Fact]
    public async Task What_came_while_nobody_listened_is_found_when_the_connection_is_back()
    {
        await WaitingAsync(workers: 1);
        var listener = await ListeningAsync(1);

        await _postgres.ExecuteAsync(
            "insert into hangfire.jobqueue(jobid, queue) values (7, 'control');"
            + $"select pg_terminate_backend({listener})",
            Database);

        Assert.Equal(["7"], Take(1));
        Assert.NotEqual(listener, await ListeningAsync(1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_nobody_tells_of_is_found_after_a_minute_however_many_others_come_or_none(bool canListen)
    {
        await _listener!.StopAsync(CancellationToken.None);
        var time = new FakeTimeProvider();
        var connectionString = canListen ? _connectionString : "Host=127.0.0.1;Port=1;Database=d";
        using var listener = new MessageListener(connectionString, _queues, time, NullLogger<MessageListener>.Instance);
        await listener.StartAsync(CancellationToken.None);
        await WaitingAsync(workers: 1);
        await _postgres.ExecuteAsync("insert into hangfire.jobqueue(jobid, queue) values (7, 'control')", Database);

        await Until.TrueAsync(
            async () =>
            {
                time.Advance(HangfireSetup.LostMessageInterval);
                await _postgres.ExecuteAsync($"select pg_notify('{MessageQueue.Channel}', 'clock')", Database);
                return _taken.Count > 0;
            },
            "it is found");

        Assert.Equal(["7"], Take(1));
        await listener.StopAsync(CancellationToken.None);
    }

    [Theory]
    [InlineData("Host=nowhere.invalid;Database=d")]
    [InlineData("Host=127.0.0.1;Port=1;Database=d")]
    [InlineData("Host=/nowhere/at/all;Database=d")]
    public async Task A_database_that_cannot_be_reached_is_tried_again_and_ends_nothing(string connectionString)
    {
        var time = new CountedPauses();
        using var listener = new MessageListener(connectionString, new MessageQueues(), time, NullLogger<MessageListener>.Instance);
        await listener.StartAsync(CancellationToken.None);

        await Until.TrueAsync(() => time.Pauses == 1, "it waits after the first try");
        time.Advance(TimeSpan.FromSeconds(1));
        await Until.TrueAsync(() => time.Pauses == 2, "it tried again");

        Assert.False(listener.ExecuteTask!.IsCompleted);
        await listener.StopAsync(CancellationToken.None);
    }

    [Fact]
    public void The_queues_are_not_named_once_more_for_each_of_our_own_to_the_dashboard()
    {
        var monitoring = _storage!.QueueProviders.SelectMany(p => p.GetJobQueueMonitoringApi().GetQueues());

        Assert.Empty(monitoring);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (var worker in _workers)
            worker.Join();
        await _listener!.StopAsync(CancellationToken.None);
        _listener.Dispose();
        _stop.Dispose();
        _taken.Dispose();
        await _postgres.DisposeAsync();
    }

    private string Database => new NpgsqlConnectionStringBuilder(_connectionString).Database!;

    // As Hangfire's workers: a thread each, which blocks. Each takes one message, as if that were work for hours.
    private async Task WaitingAsync(int workers)
    {
        var looks = await LooksAsync();
        for (var i = 0; i < workers; i++)
        {
            var worker = new Thread(Work) { IsBackground = true };
            worker.Start();
            _workers.Add(worker);
        }
        await Until.TrueAsync(async () => await LooksAsync() >= looks + workers, "all of them have looked");
    }

    private void Work()
    {
        try
        {
            var message = _storage!.QueueProviders.GetProvider(Queue).GetJobQueue().Dequeue([Queue], _stop.Token);
            message.RemoveFromQueue();
            _taken.Add(message.JobId);
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private List<string> Take(int count)
    {
        var taken = new List<string>();
        while (taken.Count < count && _taken.TryTake(out var message, TimeSpan.FromSeconds(60)))
            taken.Add(message);
        return taken;
    }

    private Task SendAsync(int messages) => _postgres.ExecuteAsync(
        $"begin; insert into hangfire.jobqueue(jobid, queue) select n, '{Queue}' from generate_series(1, {messages}) n;"
        + $"select pg_notify('{MessageQueue.Channel}', '{Queue}'); commit",
        Database);

    // An UPDATE of the queue that found nothing counts as a scan of its index or of the table.
    private async Task<long> LooksAsync()
    {
        await _postgres.ExecuteAsync("select pg_stat_force_next_flush()", Database);
        return await _postgres.ScalarAsync<long>(
            "select seq_scan + coalesce(idx_scan, 0) from pg_stat_user_tables where schemaname = 'hangfire' and relname = 'jobqueue'",
            Database);
    }

    private async Task<int> ListeningAsync(int count)
    {
        const string Listening = "select pid from pg_stat_activity where datname = current_database() and query like 'LISTEN%'";
        await Until.TrueAsync(
            async () => await _postgres.ScalarAsync<long>($"select count(*) from ({Listening}) l", Database) == count, "it listens");
        return await _postgres.ScalarAsync<int>(Listening, Database);
    }
}
