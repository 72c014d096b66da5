using Npgsql;

namespace BackupApp.Backups;

/// <summary>
/// Shows every few seconds that a run is alive, writes its progress, and carries back what others decided: <see cref="Token"/> is cancelled when the
/// process stops, when a person cancels, and when the job was given to somebody else. While the database is away the run goes on.
/// </summary>
public sealed partial class Heartbeat : IAsyncDisposable
{
    private readonly ClaimedJob _job;
    private readonly RunProgress _progress;
    private readonly JobTransitions _transitions;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _run;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationToken _shutdown;
    private readonly Task _beating;

    public Heartbeat(ClaimedJob job, RunProgress progress, JobTransitions transitions, TimeSpan interval, TimeProvider time, ILogger logger, CancellationToken shutdown)
    {
        (_job, _progress, _transitions, _time, _logger, _shutdown) = (job, progress, transitions, time, logger, shutdown);
        _run = CancellationTokenSource.CreateLinkedTokenSource(shutdown);
        Token = _run.Token;
        _beating = BeatAsync(interval);
    }

    /// <summary>Cancelled when the run must end.</summary>
    public CancellationToken Token { get; }

    /// <summary>Cancelled when the job belongs to somebody else: not even a completion that has begun may go on.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Why <see cref="Token"/> was cancelled, as far as this run knows.</summary>
    public CancelReason CancelReason => _shutdown.IsCancellationRequested ? CancelReason.Shutdown : CancelReason.User;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _beating;
        _stop.Dispose();
        _run.Dispose();
        _lost.Dispose();
    }

    private async Task BeatAsync(TimeSpan interval)
    {
        using var timer = new PeriodicTimer(interval, _time);
        while (await NextAsync(timer))
        {
            try
            {
                var cancelRequested = await _transitions.HeartbeatAsync(_job, _progress.BytesRead, _progress.BytesStored, _progress.WaitsForMemory, _stop.Token);
                if (cancelRequested is false)
                    continue;
                await _run.CancelAsync();
                if (cancelRequested is null)
                    await _lost.CancelAsync();
                return;
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is NpgsqlException or InvalidOperationException or TimeoutException)
            {
                // The reaper does not count time in which the database itself was away.
                LogBeatFailed(e, _job.Id);
            }
        }
    }

    private async Task<bool> NextAsync(PeriodicTimer timer)
    {
        try
        {
            return await timer.WaitForNextTickAsync(_stop.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Heartbeat of job {JobId} could not be written; the backup goes on")]
    private partial void LogBeatFailed(Exception exception, Guid jobId);
}
