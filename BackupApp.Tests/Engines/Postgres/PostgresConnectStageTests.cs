using System.Net;
using BackupApp.Engines;
using BackupApp.Engines.Postgres;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Engines.Postgres;

[Collection(nameof(PostgresServers))]
public sealed class PostgresConnectStageTests(PostgresServers servers)
{
    [Fact]
    public async Task A_server_that_is_busy_for_a_moment_is_waited_for()
    {
        await servers.Tls.ExecuteAsync("CREATE ROLE patient LOGIN PASSWORD 'pw' CONNECTION LIMIT 0 IN ROLE welcome");
        var time = new PauseWatch();
        var connecting = new PostgresConnectStage(servers.Login(), time).ConnectAsync(
            servers.Connection("patient", "pw"), DumpSelection.Everything, TestContext.Current.CancellationToken);

        await time.Paused;
        await servers.Tls.ExecuteAsync("ALTER ROLE patient CONNECTION LIMIT 5");
        var connected = await connecting;

        Assert.Equal(IPAddress.Loopback, connected.Address);
        Assert.True(connected.Server is { Encrypted: true, DatabaseSize: > 0 });
    }

    [Fact]
    public async Task A_refusal_is_final_at_once()
    {
        var time = new PauseWatch();

        var error = await Assert.ThrowsAsync<ConnectException>(() => new PostgresConnectStage(servers.Login(), time).ConnectAsync(
            servers.Connection("reader", "hunter2"), DumpSelection.Everything, TestContext.Current.CancellationToken));

        Assert.Equal((ConnectionTestCode.AuthFailed, "28P01", false), (error.Code, error.SqlState, time.Paused.IsCompleted));
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_absent_server_is_given_up_after_thirty_seconds()
    {
        var time = new JumpingTime();

        var error = await Assert.ThrowsAsync<ConnectException>(() => new PostgresConnectStage(servers.Login(), time).ConnectAsync(
            servers.Connection(port: TestCluster.FreePort()), DumpSelection.Everything, TestContext.Current.CancellationToken));

        Assert.Equal(ConnectionTestCode.NetworkUnreachable, error.Code);
        Assert.InRange(time.Elapsed, TimeSpan.FromSeconds(20), ConnectPatience.Limit);
        Assert.InRange(time.Pauses, 5, 12);
    }

    [Fact]
    public async Task A_caller_who_gives_up_is_not_kept_waiting()
    {
        using var hole = new BlackHole();
        using var canceled = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new PostgresConnectStage(servers.Login(), TimeProvider.System).ConnectAsync(
                servers.Connection(port: hole.Port), DumpSelection.Everything, canceled.Token));
    }

    /// <summary>Real time that tells when somebody begins to wait.</summary>
    private sealed class PauseWatch : TimeProvider
    {
        private readonly TaskCompletionSource _paused = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Paused => _paused.Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _paused.TrySetResult();
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }

    /// <summary>A clock on which every wait is over at once.</summary>
    private sealed class JumpingTime : TimeProvider
    {
        private long _ticks;

        public int Pauses { get; private set; }

        public TimeSpan Elapsed => TimeSpan.FromTicks(_ticks);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _ticks += dueTime.Ticks;
            Pauses++;
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
