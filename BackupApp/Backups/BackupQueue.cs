using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Destinations;
using Hangfire;
using Hangfire.States;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace BackupApp.Backups;

/// <summary>
/// The only place that creates and enqueues a job. The job's row is the outbox: it is committed first, so that a run that cannot start still
/// leaves a trace, and what never reached Hangfire is sent again by <see cref="LostMessages"/>.
/// </summary>
public sealed partial class BackupQueue(AppDbContext db, AuditLog audit, CurrentActor actor, IBackgroundJobClient hangfire, IOptions<BackupOptions> options, TimeProvider time, ILogger<BackupQueue> logger)
{
    /// <summary>Hangfire's queues for backups. It serves them in the order of the alphabet: manual runs go first.</summary>
    public static readonly string[] Names = ["manual", "scheduled"];

    /// <summary>Hangfire's queue of everything else, with threads of its own.</summary>
    public const string Control = "control";

    /// <summary>Makes a job for a manual run and hands it to the workers.</summary>
    /// <param name="policy">Null for a run without a policy, which is kept until somebody deletes it.</param>
    public async Task<Guid> RunNowAsync(DataSource source, StorageDestination destination, PolicyRun? policy, CancellationToken cancellationToken)
    {
        var job = await AddAsync(source, destination, BackupTrigger.Manual, time.GetUtcNow(), policy, cancellationToken);
        audit.Record(AuditActions.BackupManualRun, job.ToAuditTarget(), new { destination = destination.Name });
        await db.SaveChangesAsync(cancellationToken);
        await SendAsync(job.Id, job.Trigger);
        return job.Id;
    }

    /// <summary>
    /// Adds a job for one occurrence of a schedule to the caller's unit of work; <see cref="SendAsync"/> it once that is committed. Null when the
    /// attachment's previous run is still active: this one is skipped, and audited.
    /// </summary>
    public async Task<BackupJob?> ScheduleAsync(DataSource source, StorageDestination destination, PolicyRun policy, DateTimeOffset scheduledFor, CancellationToken cancellationToken)
    {
        var active = await db.Set<BackupJob>().FirstOrDefaultAsync(
            j => j.AttachmentId == policy.AttachmentId && j.Trigger == BackupTrigger.Schedule && (j.Status == BackupStatus.Queued || j.Status == BackupStatus.Running), cancellationToken);
        if (active is not null)
        {
            audit.Record(AuditActions.BackupSkipped, new AuditTarget("datasource", source.Id, source.Name), new { policy = policy.PolicyName, scheduledFor, stillActive = active.Id });
            return null;
        }

        var job = await AddAsync(source, destination, BackupTrigger.Schedule, scheduledFor, policy, cancellationToken);
        audit.Record(AuditActions.BackupQueued, job.ToAuditTarget(), new { policy = policy.PolicyName, scheduledFor });
        return job;
    }

    private async Task<BackupJob> AddAsync(
        DataSource source, StorageDestination destination, BackupTrigger trigger, DateTimeOffset scheduledFor, PolicyRun? policy, CancellationToken cancellationToken)
    {
        var expected = await db.Set<BackupJob>()
            .Where(j => j.DataSourceId == source.Id && j.Status == BackupStatus.Success)
            .OrderByDescending(j => j.CreatedAt).ThenByDescending(j => j.Id)
            .Select(j => (long?)j.BytesRead)
            .FirstOrDefaultAsync(cancellationToken);
        var job = BackupJob.Queue(source, destination, trigger, scheduledFor, policy, options.Value.CompressionLevel, actor.Value.Id, actor.Value.Name, expected);
        db.Add(job);
        return job;
    }

    /// <summary>Hands a committed job to Hangfire. When that fails the job stays queued and is sent again later.</summary>
    public async Task SendAsync(Guid jobId, BackupTrigger trigger)
    {
        try
        {
            var name = Names[trigger == BackupTrigger.Manual ? 0 : 1];
            var hangfireId = hangfire.Create<BackupWorker>(worker => worker.RunAsync(jobId), new EnqueuedState(name));
            await db.Set<BackupJob>().Where(j => j.Id == jobId)
                .ExecuteUpdateAsync(set => set.SetProperty(j => j.HangfireJobId, hangfireId), CancellationToken.None);
        }
        catch (Exception e) when (e is BackgroundJobClientException or Npgsql.NpgsqlException or InvalidOperationException)
        {
            LogSendFailed(e, jobId);
        }
    }

    /// <summary>A place has become free: sends the job that waited for it, manual ones first, then the oldest.</summary>
    public async Task SendParkedAsync(Guid dataSourceId, Guid destinationId)
    {
        try
        {
            var next = await db.Set<BackupJob>()
                .Where(j => j.Status == BackupStatus.Queued && j.ParkedAt != null && (j.DataSourceId == dataSourceId || j.DestinationId == destinationId))
                .OrderBy(j => j.Trigger == BackupTrigger.Manual ? 0 : 1).ThenBy(j => j.CreatedAt)
                .Select(j => new { j.Id, j.Trigger })
                .FirstOrDefaultAsync(CancellationToken.None);
            if (next is null)
                return;
            await db.Set<BackupJob>().Where(j => j.Id == next.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(j => j.ParkedAt, (DateTimeOffset?)null), CancellationToken.None);
            await SendAsync(next.Id, next.Trigger);
        }
        catch (Exception e) when (e is Npgsql.NpgsqlException or InvalidOperationException)
        {
            // The sweep for lost messages finds it.
            LogParkedNotSent(e);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Job {JobId} could not be handed to Hangfire; it stays queued and will be sent again")]
    private partial void LogSendFailed(Exception exception, Guid jobId);

    [LoggerMessage(LogLevel.Warning, "The next waiting job could not be sent; it will be sent later")]
    private partial void LogParkedNotSent(Exception exception);
}
