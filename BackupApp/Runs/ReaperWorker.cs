namespace BackupApp.Runs;

/// <summary>One thing that crashes leave and that the reaper puts right.</summary>
public interface IReaperPart
{
    /// <summary>For the log.</summary>
    string Name { get; }

    Task RunAsync(CancellationToken cancellationToken);
}

/// <summary>
/// Hangfire's entry to the reaper: puts right what crashes left, every half minute. Each part goes on where another failed.
/// </summary>
public sealed partial class ReaperWorker(IEnumerable<IReaperPart> parts, ILogger<ReaperWorker> logger)
{
    public const string Id = "reaper";

    // A round that takes longer than the pause between two must not take one more thread of Hangfire each time.
    private static readonly SemaphoreSlim OneRound = new(1);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!await OneRound.WaitAsync(TimeSpan.Zero, cancellationToken))
            return;
        try
        {
            foreach (var part in parts)
                await TryAsync(part, cancellationToken);
        }
        finally
        {
            OneRound.Release();
        }
    }

    private async Task TryAsync(IReaperPart part, CancellationToken cancellationToken)
    {
        try
        {
            await part.RunAsync(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(e, part.Name);
        }
    }

    [LoggerMessage(LogLevel.Error, "The reaper could not see to {Part}; it tries again in its next round")]
    private partial void LogFailed(Exception exception, string part);
}
