using System.Linq.Expressions;
using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Runs;
using Hangfire;
using Hangfire.States;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace BackupApp.Backups;

/// <summary>
/// The only place that creates and enqueues a job. The job's row is the outbox: it is committed first, so that a run that
/// cannot start still leaves a trace, and what never reached Hangfire is sent again by <see cref="LostMessages{T}"/>.
/// </summary>
public sealed partial class BackupQueue(
    AppDbContext db,
    AuditLog audit,
    CurrentActor actor,
    IBackgroundJobClient hangfire,
    IRestoresUnderWay restores,
    IOptions<BackupOptions> options,
    TimeProvider time,
    ILogger<BackupQueue> logger)
    : IRunSender<BackupJob>
{
    /// <summary>Hangfire's queues for backups. It serves them in the order of the alphabet: manual runs go first.</summary>
    public static readonly string[] Names = ["manual", "scheduled"];

    /// <summary>Hangfire's queue of everything else, with threads of its own.</summary>
    public const string Control = "control";

    /// <summary>
    /// Makes a job for a manual run and hands it to the workers. Within somebody else's transaction it is theirs to
    /// <see cref="SendAsync(Guid, BackupTrigger)"/> it once that is committed.
    /// </summary>
    /// <param name="policy">Null for a run without a policy, which is kept until somebody deletes it.</param>
    /// <exception cref="Errors.ConflictException">
    /// As many as may (<see cref="BackupOptions.MaxQueuedManualPerSource"/>) wait already.
    /// </exception>
    public async Task<Guid> RunNowAsync(
        DataSource source, StorageDestination destination, RunTerms? policy, CancellationToken cancellationToken)
    {
        await using var own = await db.BeginUnlessBegunAsync(cancellationToken);
        await ManualLimit.RequirePlaceAsync(db, source, options.Value.MaxQueuedManualPerSource, cancellationToken);
        var job = Add(source, destination, BackupTrigger.Manual, time.GetUtcNow(), policy, await LastAsync([source.Id], cancellationToken));
        audit.Record(AuditActions.BackupManualRun, job.ToAuditTarget(), new { destination = destination.Name });
        await db.SaveChangesAsync(cancellationToken);
        await own.CommitOwnAsync(cancellationToken);
        if (own is not null)
            await SendAsync(job.Id, job.Trigger);
        return job.Id;
    }

    /// <summary>
    /// Adds a pinned backup of what is about to be replaced to the caller's unit of work, of a paused source too; send it once that is
    /// committed.
    /// </summary>
    internal async Task<BackupJob> AddSafetyAsync(DataSource source, StorageDestination destination, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var job = Add(source, destination, BackupTrigger.Manual, now, null, await LastAsync([source.Id], cancellationToken)).Pinned(now);
        audit.Record(
            AuditActions.BackupManualRun, job.ToAuditTarget(),
            new { destination = destination.Name, reason = "before_restore", pinned = true });
        return job;
    }

    /// <summary>
    /// Adds jobs for occurrences of schedules to the caller's unit of work; <see cref="SendAsync"/> them once that is committed.
    /// There is none for an occurrence whose attachment's previous run is still active: that one is skipped, and audited.
    /// </summary>
    /// <param name="due">Those of one attachment in the order of time.</param>
    public async Task<IReadOnlyList<BackupJob>> ScheduleAsync(IReadOnlyCollection<DueOccurrence> due, CancellationToken cancellationToken)
    {
        var attachments = due.Select(d => d.Policy.AttachmentId).Distinct().ToList();
        var active = await db.Set<BackupJob>()
            .Where(j =>
                j.AttachmentId != null
                && attachments.Contains(j.AttachmentId.Value)
                && j.Trigger == BackupTrigger.Schedule
                && (j.Status == RunStatus.Queued || j.Status == RunStatus.Running))
            .GroupBy(j => j.AttachmentId!.Value)
            .ToDictionaryAsync(g => g.Key, g => g.First().Id, cancellationToken);
        var last = await LastAsync([.. due.Select(d => d.Source.Id).Distinct()], cancellationToken);
        var jobs = new List<BackupJob>();
        foreach (var run in due)
        {
            if (active.TryGetValue(run.Policy.AttachmentId, out var previous))
            {
                audit.Record(
                    AuditActions.BackupSkipped,
                    new AuditTarget("datasource", run.Source.Id, run.Source.Name),
                    new { policy = run.Policy.PolicyName, run.ScheduledFor, stillActive = previous });
                continue;
            }

            var job = Add(run.Source, run.Destination, BackupTrigger.Schedule, run.ScheduledFor, run.Policy, last);
            audit.Record(AuditActions.BackupQueued, job.ToAuditTarget(), new { policy = run.Policy.PolicyName, run.ScheduledFor });
            active.Add(run.Policy.AttachmentId, job.Id);
            jobs.Add(job);
        }

        return jobs;
    }

    private BackupJob Add(
        DataSource source,
        StorageDestination destination,
        BackupTrigger trigger,
        DateTimeOffset scheduledFor,
        RunTerms? policy,
        Dictionary<Guid, LastBackup?> last)
    {
        var level = policy is null ? options.Value.CompressionLevel : policy.CompressionLevel;
        var sizes = last.GetValueOrDefault(source.Id) is { } run
            ? ExpectedSizes.After(run.BytesRead, run.BytesStored, run.CompressionLevel, level)
            : ExpectedSizes.First(source.LastTest?.DatabaseSize);
        var job = BackupJob.Queue(source, destination, trigger, scheduledFor, policy, level, actor.Value.Id, actor.Value.Name, sizes);
        db.Add(job);
        return job;
    }

    /// <summary>The last backup of each source: the next will be about as large.</summary>
    private Task<Dictionary<Guid, LastBackup?>> LastAsync(List<Guid> sources, CancellationToken cancellationToken) => db.Set<DataSource>()
        .Where(s => sources.Contains(s.Id))
        .Select(s => new
        {
            s.Id,
            Last = db.Set<BackupJob>()
                .Where(j => j.DataSourceId == s.Id && (j.Status == RunStatus.Success || j.Status == RunStatus.Partial))
                .OrderByDescending(j => j.CreatedAt).ThenByDescending(j => j.Id)
                .Select(j => new LastBackup(j.BytesRead, j.BytesStored, j.CompressionLevel))
                .FirstOrDefault(),
        })
        .ToDictionaryAsync(s => s.Id, s => s.Last, cancellationToken);

    private sealed record LastBackup(long BytesRead, long BytesStored, int? CompressionLevel);

    public Task SendAsync(BackupJob run) => SendAsync(run.Id, run.Trigger);

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

    /// <summary>
    /// A place has become free at a source and at a destination: sends the jobs that waited for them, manual ones first, then the
    /// oldest. One that would still find no place is passed over, since it would only be parked again in front of those that do.
    /// </summary>
    public Task SendParkedAsync(Guid dataSourceId, Guid destinationId) =>
        TrySendParkedAsync(job => job.DataSourceId == dataSourceId, job => job.DestinationId == destinationId);

    /// <summary>A restore has ended that kept backups of these sources waiting.</summary>
    public Task SendParkedAsync(IReadOnlyList<Guid> dataSourceIds) => TrySendParkedAsync(job => dataSourceIds.Contains(job.DataSourceId));

    /// <summary>
    /// For a job that has just been parked: the place that it did not find may have become free in between, when nobody saw it waiting.
    /// </summary>
    public Task SendIfPlaceAsync(Guid jobId) => TrySendParkedAsync(job => job.Id == jobId);

    private async Task TrySendParkedAsync(params Expression<Func<BackupJob, bool>>[] waitedFor)
    {
        try
        {
            foreach (var which in waitedFor)
                await SendNextAsync(which);
        }
        catch (Exception e) when (e is Npgsql.NpgsqlException or InvalidOperationException)
        {
            // The sweep for lost messages finds it.
            LogParkedNotSent(e);
        }
    }

    private async Task SendNextAsync(Expression<Func<BackupJob, bool>> which)
    {
        var parked = db.Set<BackupJob>().Where(j => j.Status == RunStatus.Queued && j.ParkedAt != null).Where(which);
        var busy = await restores.BusySourcesAsync(db, CancellationToken.None);
        var waiting = ClaimLimits.WithPlace(parked, db, options.Value, busy)
            .OrderBy(j => j.Trigger == BackupTrigger.Manual ? 0 : 1).ThenBy(j => j.CreatedAt).ThenBy(j => j.Id)
            .Select(j => new { j.Id, j.Trigger });
        while (await waiting.FirstOrDefaultAsync(CancellationToken.None) is { } next)
        {
            // Runs that end at the same moment must not all send the same job.
            var taken = await db.Set<BackupJob>().Where(j => j.Id == next.Id && j.ParkedAt != null)
                .ExecuteUpdateAsync(set => set.SetProperty(j => j.ParkedAt, (DateTimeOffset?)null), CancellationToken.None);
            if (taken == 0)
                continue;
            await SendAsync(next.Id, next.Trigger);
            return;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Job {JobId} could not be handed to Hangfire; it stays queued and will be sent again")]
    private partial void LogSendFailed(Exception exception, Guid jobId);

    [LoggerMessage(LogLevel.Warning, "The next waiting job could not be sent; it will be sent later")]
    private partial void LogParkedNotSent(Exception exception);
}

/// <summary>One occurrence of a policy's schedule for one source.</summary>
public sealed record DueOccurrence(DataSource Source, StorageDestination Destination, RunTerms Policy, DateTimeOffset ScheduledFor);
