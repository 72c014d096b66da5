using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Destinations;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Policies;

/// <summary>
/// Makes jobs of what is due. The tick of a policy and the reconciler of every minute call the same
/// function, which may be called any number of times, by any number of processes: an attachment's
/// row is locked while it is evaluated, and a job is unique on its attachment and occurrence.
/// </summary>
public sealed partial class ScheduleRound(IServiceScopeFactory scopes, TimeProvider time, ILogger<ScheduleRound> logger)
{
    /// <summary>Attachments of one transaction: midnight comes for many at once.</summary>
    private const int Batch = 200;

    private const int Senders = 8;

    /// <summary>What is due of one policy: nothing of the others is read.</summary>
    public async Task TickAsync(Guid policyId, CancellationToken cancellationToken) =>
        await RunAsync(await DueAsync(policyId, cancellationToken), cancellationToken);

    /// <summary>What is due of all policies.</summary>
    public async Task RunAsync(CancellationToken cancellationToken) =>
        await RunAsync(await DueAsync(null, cancellationToken), cancellationToken);

    private async Task RunAsync(IReadOnlyList<Guid> due, CancellationToken cancellationToken)
    {
        var jobs = new List<BackupJob>();
        foreach (var batch in due.Chunk(Batch))
            jobs.AddRange(await TryEvaluateAsync(batch, cancellationToken));

        await Parallel.ForEachAsync(
            jobs,
            new ParallelOptions { MaxDegreeOfParallelism = Senders, CancellationToken = cancellationToken },
            async (job, _) =>
            {
                await using var scope = scopes.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<BackupQueue>().SendAsync(job.Id, job.Trigger);
            });
    }

    /// <summary>Attachments that have something due or missed, those of the highest priority first.</summary>
    private async Task<IReadOnlyList<Guid>> DueAsync(Guid? policyId, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        var found = await db.Set<PolicyAttachment>().AsNoTracking()
            .Where(a => a.IsEnabled && (policyId == null || a.PolicyId == policyId))
            .Join(
                db.Set<DataSource>().AsNoTracking().Where(s => s.IsActive),
                a => a.DataSourceId,
                s => s.Id,
                (a, s) => new { Attachment = a, s.ActiveSince })
            .OrderByDescending(x => x.Attachment.Priority).ThenBy(x => x.Attachment.Id)
            .ToListAsync(cancellationToken);
        var schedules = await SchedulesAsync(db, found.ConvertAll(x => x.Attachment), cancellationToken);
        return
        [
            .. found
                .Where(x =>
                    schedules.TryGetValue(x.Attachment.PolicyId, out var known)
                    && HasWork(x.Attachment, Evaluate(known, x.Attachment, x.ActiveSince)))
                .Select(x => x.Attachment.Id),
        ];
    }

    private static async Task<Dictionary<Guid, KnownPolicy>> SchedulesAsync(
        AppDbContext db, IReadOnlyList<PolicyAttachment> attachments, CancellationToken cancellationToken)
    {
        var ids = attachments.Select(a => a.PolicyId).Distinct().ToList();
        var policies = await db.Set<BackupPolicy>().AsNoTracking().Where(p => ids.Contains(p.Id)).ToListAsync(cancellationToken);
        return policies.ToDictionary(
            p => p.Id,
            p => new KnownPolicy(p, CronSchedule.Read(p.Cron, p.TimeZone, out _), UnreadSchedule.Problems(p.Cron, p.TimeZone)));
    }

    // What came due while the source was paused is not wanted: it is neither run nor missed. One
    // policy that cannot be read stops no other: what it misses is counted.
    private ScheduleDecision Evaluate(KnownPolicy known, PolicyAttachment attachment, DateTimeOffset activeSince)
    {
        var now = time.GetUtcNow();
        // What lies far ahead was written while the clock was wrong, and must not keep it from running until then.
        var ahead = now + CronSchedule.Window;
        var since = attachment.EvaluatedUntil > ahead ? now : attachment.EvaluatedUntil;
        if (activeSince > since && activeSince <= ahead)
            since = activeSince;
        return known.Schedule?.Evaluate(since, now, known.Policy.RunOnceAfterDowntime)
            ?? UnreadSchedule.Evaluate(known.Policy.Cron, since, now);
    }

    // Or a clock that was ahead is put right.
    private static bool HasWork(PolicyAttachment attachment, ScheduleDecision decision) =>
        decision.Due.Count > 0 || decision.Missed is not null || decision.EvaluatedUntil < attachment.EvaluatedUntil;

    private async Task<IReadOnlyList<BackupJob>> TryEvaluateAsync(Guid[] attachments, CancellationToken cancellationToken)
    {
        try
        {
            return await EvaluateAsync(attachments, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && attachments.Length == 1)
        {
            LogFailed(e, attachments[0]);
            return [];
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Something is wrong with one of them; the others shall run.
            var jobs = new List<BackupJob>();
            foreach (var one in attachments)
                jobs.AddRange(await TryEvaluateAsync([one], cancellationToken));
            return jobs;
        }
    }

    private async Task<IReadOnlyList<BackupJob>> EvaluateAsync(Guid[] ids, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        var queue = scope.ServiceProvider.GetRequiredService<BackupQueue>();
        var audit = scope.ServiceProvider.GetRequiredService<AuditLog>();

        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        // Whoever holds a row is evaluating it right now.
        var attachments = await db.Set<PolicyAttachment>()
            .FromSql($"select * from policy_attachments where id = any({ids}) and is_enabled for update skip locked")
            .ToListAsync(cancellationToken);
        var schedules = await SchedulesAsync(db, attachments, cancellationToken);
        var sourceIds = attachments.Select(a => a.DataSourceId).ToList();
        // Locked until the jobs are there: whoever pauses a source cancels what is queued, and so must either wait for them or come first.
        var sources = await db.Set<DataSource>()
            .FromSql($"select *, xmin from data_sources where is_active and id = any({sourceIds}) for share skip locked")
            .AsNoTracking().ToDictionaryAsync(s => s.Id, cancellationToken);
        var destinationIds = schedules.Values.Select(k => k.Policy.DestinationId).ToList();
        var destinations = await db.Set<StorageDestination>()
            .IgnoreQueryFilters()
            .AsNoTracking()
            .Where(d => destinationIds.Contains(d.Id))
            .ToDictionaryAsync(d => d.Id, cancellationToken);

        var due = new List<DueOccurrence>();
        foreach (var attachment in attachments)
        {
            // Paused since it was found, or just being changed: the next minute sees what became of it.
            if (!sources.TryGetValue(attachment.DataSourceId, out var source))
                continue;
            var known = schedules[attachment.PolicyId];
            var decision = Evaluate(known, attachment, source.ActiveSince);
            due.AddRange(
                decision.Due.Select(at => new DueOccurrence(
                    source, destinations[known.Policy.DestinationId], known.Policy.TermsFor(attachment), at)));
            if (decision.Missed is { } missed)
                audit.Record(
                    AuditActions.BackupMissed,
                    new AuditTarget("datasource", source.Id, source.Name),
                    new
                    {
                        policy = known.Policy.Name,
                        missed.Count,
                        missed.First,
                        missed.Last,
                        missed.IsCapped,
                        known.Problem,
                    });
            attachment.Evaluated(decision.EvaluatedUntil);
        }

        var jobs = await queue.ScheduleAsync(due, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return jobs;
    }

    /// <param name="Schedule">Null when it cannot be read, for the reason that is given.</param>
    private sealed record KnownPolicy(BackupPolicy Policy, CronSchedule? Schedule, string? Problem);

    [LoggerMessage(LogLevel.Error, "The schedule of attachment {AttachmentId} could not be evaluated; it is tried again within a minute")]
    private partial void LogFailed(Exception exception, Guid attachmentId);
}
