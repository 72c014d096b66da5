using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Destinations;
using Hangfire;
using Hangfire.States;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Backups;

/// <summary>
/// The only place that creates and enqueues a job. The job's row is the outbox: it is committed first, so that a run that cannot start still
/// leaves a trace, and what never reached Hangfire is sent again by <see cref="LostJobsWorker"/>.
/// </summary>
public sealed partial class BackupQueue(AppDbContext db, AuditLog audit, CurrentActor actor, IBackgroundJobClient hangfire, TimeProvider time, ILogger<BackupQueue> logger)
{
    /// <summary>Makes a job for a manual run and hands it to the workers.</summary>
    public async Task<Guid> RunNowAsync(DataSource source, StorageDestination destination, CancellationToken cancellationToken)
    {
        var expected = await db.Set<BackupJob>()
            .Where(j => j.DataSourceId == source.Id && j.Status == BackupStatus.Success)
            .OrderByDescending(j => j.CreatedAt).ThenByDescending(j => j.Id)
            .Select(j => (long?)j.BytesRead)
            .FirstOrDefaultAsync(cancellationToken);
        var job = BackupJob.Queue(source, destination, BackupTrigger.Manual, time.GetUtcNow(), actor.Value.Id, actor.Value.Name, expected);
        db.Add(job);
        audit.Record(AuditActions.BackupManualRun, new AuditTarget("backup_job", job.Id, source.Name), new { destination = destination.Name });
        await db.SaveChangesAsync(cancellationToken);
        await SendAsync(job.Id);
        return job.Id;
    }

    /// <summary>Hands a committed job to Hangfire. When that fails the job stays queued and is sent again later.</summary>
    public async Task SendAsync(Guid jobId)
    {
        try
        {
            var hangfireId = hangfire.Create<BackupWorker>(worker => worker.RunAsync(jobId), new EnqueuedState(BackupWorker.Queue));
            await db.Set<BackupJob>().Where(j => j.Id == jobId)
                .ExecuteUpdateAsync(set => set.SetProperty(j => j.HangfireJobId, hangfireId), CancellationToken.None);
        }
        catch (Exception e) when (e is BackgroundJobClientException or Npgsql.NpgsqlException or DbUpdateException)
        {
            LogSendFailed(e, jobId);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Job {JobId} could not be handed to Hangfire; it stays queued and will be sent again")]
    private partial void LogSendFailed(Exception exception, Guid jobId);
}
