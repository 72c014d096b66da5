namespace BackupApp.Runs;

/// <summary>
/// Shows every few seconds that a run is alive, writes its progress, and carries back what others decided: <see cref="Token"/> is cancelled
/// when the process stops, when a person cancels, and when the job was given to somebody else. While the database is away the run goes on.
/// </summary>
public sealed partial class Heartbeat : IAsyncDisposable
{
    private readonly Guid _run;
    private readonly Func<CancellationToken, Task<BeatAnswer>> _beat;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _end;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationToken _shutdown;
    private readonly Task _beating;

    /// <param name="beat">Writes the progress of the run, and says what others decided: see <see cref="RunLease{T}.BeatAsync"/>.</param>
    /// <param name="shutdown">The process stops.</param>
    public Heartbeat(
        Guid run,
        Func<CancellationToken, Task<BeatAnswer>> beat,
        TimeSpan interval,
        TimeProvider time,
        ILogger logger,
        CancellationToken shutdown)
    {
        _run = run;
        _beat = beat;
        _time = time;
        _logger = logger;
        _shutdown = shutdown;
        _end = CancellationTokenSource.CreateLinkedTokenSource(shutdown);
        Token = _end.Token;
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
        _end.Dispose();
        _lost.Dispose();
    }

    private async Task BeatAsync(TimeSpan interval)
    {
        using var timer = new PeriodicTimer(interval, _time);
        while (await NextAsync(timer))
        {
            try
            {
                var answer = await _beat(_stop.Token);
                if (answer == BeatAnswer.GoOn)
                    continue;
                await _end.CancelAsync();
                // To end a tool and to clear up may take minutes, in which the run is still this one's.
                if (answer == BeatAnswer.CancelRequested)
                    continue;
                await _lost.CancelAsync();
                return;
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Whatever it was: a run without a heartbeat is taken from its worker, however well it goes. The reaper does not count
                // time in which the database itself was away.
                LogBeatFailed(e, _run);
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

    [LoggerMessage(LogLevel.Warning, "Heartbeat of job {JobId} could not be written; it goes on")]
    private partial void LogBeatFailed(Exception exception, Guid jobId);
}
