using BackupApp.Backups;
using Hangfire;
using Hangfire.States;

namespace BackupApp.Stored;

/// <summary>Calls <see cref="DeletionWorker"/>, once a mark is committed.</summary>
public sealed partial class DeletionCall(IBackgroundJobClient hangfire, ILogger<DeletionCall> logger)
{
    /// <summary>Never fails: the reaper looks for what is marked every half minute.</summary>
    public void Send()
    {
        try
        {
            hangfire.Create<DeletionWorker>(worker => worker.RunAsync(CancellationToken.None), new EnqueuedState(BackupQueue.Control));
        }
        catch (Exception e) when (e is BackgroundJobClientException or Npgsql.NpgsqlException or InvalidOperationException)
        {
            LogNotSent(e);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Hangfire could not be told of a deletion; the reaper does so in its next round")]
    private partial void LogNotSent(Exception exception);
}
