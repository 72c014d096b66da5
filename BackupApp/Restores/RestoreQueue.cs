using BackupApp.Data;
using BackupApp.Runs;
using Hangfire;
using Hangfire.States;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Restores;

/// <summary>Hands restores to the workers. What never reached Hangfire is sent again by <see cref="LostMessages{T}"/>.</summary>
public sealed partial class RestoreQueue(
    AppDbContext db, IBackgroundJobClient hangfire, ILogger<RestoreQueue> logger) : IRunSender<RestoreJob>
{
    public async Task SendAsync(RestoreJob run)
    {
        var id = run.Id;
        try
        {
            var hangfireId = hangfire.Create<RestoreWorker>(worker => worker.RunAsync(id), new EnqueuedState(RestoreOptions.Queue));
            await db.Set<RestoreJob>().Where(j => j.Id == id)
                .ExecuteUpdateAsync(set => set.SetProperty(j => j.HangfireJobId, hangfireId), CancellationToken.None);
        }
        catch (Exception e) when (e is BackgroundJobClientException or Npgsql.NpgsqlException or InvalidOperationException)
        {
            LogSendFailed(e, id);
        }
    }

    /// <summary>
    /// Something has ended that others may have waited for: sends all that wait, the oldest first. Their claims decide again.
    /// </summary>
    public async Task SendParkedAsync()
    {
        try
        {
            var parked = db.Set<RestoreJob>().Where(j => j.Status == RunStatus.Queued && j.ParkedAt != null);
            foreach (var job in await parked.AsNoTracking().OrderBy(j => j.CreatedAt).ThenBy(j => j.Id).ToListAsync(CancellationToken.None))
            {
                // Runs that end at the same moment must not all send the same one.
                var taken = await parked.Where(j => j.Id == job.Id)
                    .ExecuteUpdateAsync(set => set.SetProperty(j => j.ParkedAt, (DateTimeOffset?)null), CancellationToken.None);
                if (taken == 1)
                    await SendAsync(job);
            }
        }
        catch (Exception e) when (e is Npgsql.NpgsqlException or InvalidOperationException)
        {
            // The sweep for lost messages finds them.
            LogParkedNotSent(e);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Restore {JobId} could not be handed to Hangfire; it stays queued and will be sent again")]
    private partial void LogSendFailed(Exception exception, Guid jobId);

    [LoggerMessage(LogLevel.Warning, "The restores that wait could not be sent; they will be sent later")]
    private partial void LogParkedNotSent(Exception exception);
}
