using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Destinations;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Policies;

/// <summary>
/// Makes jobs of what is due. The tick of a policy and the reconciler of every minute call the same function, which may be called any number of times, by any
/// number of processes: an attachment's row is locked while it is evaluated, and a job is unique on its attachment and occurrence.
/// </summary>
public sealed partial class ScheduleRunner(IServiceScopeFactory scopes, TimeProvider time, ILogger<ScheduleRunner> logger)
{
    /// <summary>Attachments of one transaction: midnight comes for many at once.</summary>
    private const int Batch = 200;

    private const int Senders = 8;

    /// <summary>When this policy has something due, so do others of the same minute: the first tick does them all, and theirs find nothing left.</summary>
    public async Task TickAsync(Guid policyId, CancellationToken cancellationToken)
    {
        if ((await DueAsync(policyId, cancellationToken)).Count > 0)
            await RunAsync(cancellationToken);
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var jobs = new List<BackupJob>();
        foreach (var batch in (await DueAsync(null, cancellationToken)).Chunk(Batch))
            jobs.AddRange(await TryEvaluateAsync(batch, cancellationToken));

        await Parallel.ForEachAsync(jobs, new ParallelOptions { MaxDegreeOfParallelism = Senders, CancellationToken = cancellationToken }, async (job, _) =>
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<BackupQueue>().SendAsync(job.Id, job.Trigger);
        });
    }

    /// <summary>What comes due during a pause is not wanted: it is neither run nor missed when the pause ends.</summary>
    public async Task PassOverPausedAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        var (sources, now) = (db.Set<DataSource>(), time.GetUtcNow());
        await db.Set<PolicyAttachment>()
            .Where(a => !a.IsEnabled || !sources.Any(s => s.Id == a.DataSourceId && s.IsActive))
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.EvaluatedUntil, now), cancellationToken);
    }

    /// <summary>Attachments that have something due or missed, those of the highest priority first.</summary>
    private async Task<IReadOnlyList<Guid>> DueAsync(Guid? policyId, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        var sources = db.Set<DataSource>().Where(s => s.IsActive);
        var attachments = await db.Set<PolicyAttachment>().AsNoTracking()
            .Where(a => a.IsEnabled && (policyId == null || a.PolicyId == policyId) && sources.Any(s => s.Id == a.DataSourceId))
            .OrderByDescending(a => a.Priority).ThenBy(a => a.Id)
            .ToListAsync(cancellationToken);
        var schedules = await SchedulesAsync(db, attachments, cancellationToken);
        return [.. attachments.Where(a => schedules.TryGetValue(a.PolicyId, out var known) && HasWork(Evaluate(known, a))).Select(a => a.Id)];
    }

    // One policy that cannot be read stops no other; it is tried again within a minute.
    private async Task<Dictionary<Guid, KnownPolicy>> SchedulesAsync(AppDbContext db, IReadOnlyList<PolicyAttachment> attachments, CancellationToken cancellationToken)
    {
        var ids = attachments.Select(a => a.PolicyId).Distinct().ToList();
        var known = new Dictionary<Guid, KnownPolicy>();
        foreach (var policy in await db.Set<BackupPolicy>().AsNoTracking().Where(p => ids.Contains(p.Id)).ToListAsync(cancellationToken))
        {
            try
            {
                known.Add(policy.Id, new KnownPolicy(policy, policy.ReadSchedule()));
            }
            catch (InvalidOperationException e)
            {
                LogUnreadable(e, policy.Id);
            }
        }

        return known;
    }

    private ScheduleDecision Evaluate(KnownPolicy known, PolicyAttachment attachment) =>
        known.Schedule.Evaluate(attachment.EvaluatedUntil, time.GetUtcNow(), known.Policy.RunOnceAfterDowntime);

    private static bool HasWork(ScheduleDecision decision) => decision.Due.Count > 0 || decision.Missed is not null;

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
        var attachments = await db.Set<PolicyAttachment>().FromSql($"select * from policy_attachments where id = any({ids}) and is_enabled for update skip locked").ToListAsync(cancellationToken);
        var schedules = await SchedulesAsync(db, attachments, cancellationToken);
        var sourceIds = attachments.Select(a => a.DataSourceId).ToList();
        var sources = await db.Set<DataSource>().AsNoTracking().Where(s => sourceIds.Contains(s.Id)).ToDictionaryAsync(s => s.Id, cancellationToken);
        var destinationIds = schedules.Values.Select(k => k.Policy.DestinationId).ToList();
        var destinations = await db.Set<StorageDestination>().IgnoreQueryFilters().AsNoTracking().Where(d => destinationIds.Contains(d.Id)).ToDictionaryAsync(d => d.Id, cancellationToken);

        var due = new List<DueRun>();
        foreach (var attachment in attachments)
        {
            var (known, source) = (schedules[attachment.PolicyId], sources[attachment.DataSourceId]);
            var decision = Evaluate(known, attachment);
            due.AddRange(decision.Due.Select(at => new DueRun(source, destinations[known.Policy.DestinationId], known.Policy.ToRun(attachment), at)));
            if (decision.Missed is { } missed)
                audit.Record(AuditActions.BackupMissed, new AuditTarget("datasource", source.Id, source.Name), new { policy = known.Policy.Name, missed.Count, missed.First, missed.Last, missed.IsCapped });
            attachment.Evaluated(decision.EvaluatedUntil);
        }

        var jobs = await queue.ScheduleAsync(due, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return jobs;
    }

    private sealed record KnownPolicy(BackupPolicy Policy, Schedule Schedule);

    [LoggerMessage(LogLevel.Error, "The schedule of attachment {AttachmentId} could not be evaluated; it is tried again within a minute")]
    private partial void LogFailed(Exception exception, Guid attachmentId);

    [LoggerMessage(LogLevel.Error, "The schedule of policy {PolicyId} cannot be read")]
    private partial void LogUnreadable(Exception exception, Guid policyId);
}
