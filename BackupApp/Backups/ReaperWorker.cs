using BackupApp.Stored;

namespace BackupApp.Backups;

/// <summary>Hangfire's entry to the reaper: puts right what crashes left, every half minute. Each part goes on where another failed.</summary>
public sealed partial class ReaperWorker(LostMessages messages, VanishedWorkers vanished, OwedManifests manifests, OrphanCleaner orphans, ILogger<ReaperWorker> logger)
{
    public const string Id = "reaper";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await TryAsync("lost messages", messages.SendAgainAsync, cancellationToken);
        await TryAsync("vanished workers", vanished.ReapAsync, cancellationToken);
        await TryAsync("manifests", manifests.WriteAsync, cancellationToken);
        await TryAsync("orphans", orphans.CleanAsync, cancellationToken);
    }

    private async Task TryAsync(string part, Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await work(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(e, part);
        }
    }

    [LoggerMessage(LogLevel.Error, "The reaper could not see to {Part}; it tries again in its next round")]
    private partial void LogFailed(Exception exception, string part);
}
