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
    /// <summary>The round over all policies.</summary>
    /// <returns>How many jobs were made.</returns>
    public async Task<int> ReconcileAsync(CancellationToken cancellationToken)
    {
        await PassOverPausedAsync(cancellationToken);
        return await RunAsync(null, cancellationToken);
    }

    /// <param name="policyId">Null for all policies.</param>
    /// <returns>How many jobs were made.</returns>
    public async Task<int> RunAsync(Guid? policyId, CancellationToken cancellationToken)
    {
        var made = 0;
        foreach (var id in await AttachmentsAsync(policyId, cancellationToken))
        {
            try
            {
                made += await EvaluateAsync(id, cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                // One attachment that cannot be evaluated stops no other; it is tried again within a minute.
                LogFailed(e, id);
            }
        }

        return made;
    }

    // What comes due during a pause is not wanted: it is neither run nor missed when the pause ends.
    private async Task PassOverPausedAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        var (sources, now) = (db.Set<DataSource>(), time.GetUtcNow());
        await db.Set<PolicyAttachment>()
            .Where(a => !a.IsEnabled || !sources.Any(s => s.Id == a.DataSourceId && s.IsActive))
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.EvaluatedUntil, now), cancellationToken);
    }

    private async Task<List<Guid>> AttachmentsAsync(Guid? policyId, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        var sources = db.Set<DataSource>().Where(s => s.IsActive);
        return await db.Set<PolicyAttachment>()
            .Where(a => a.IsEnabled && (policyId == null || a.PolicyId == policyId) && sources.Any(s => s.Id == a.DataSourceId))
            .OrderByDescending(a => a.Priority).Select(a => a.Id).ToListAsync(cancellationToken);
    }

    private async Task<int> EvaluateAsync(Guid attachmentId, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        var queue = scope.ServiceProvider.GetRequiredService<BackupQueue>();
        var audit = scope.ServiceProvider.GetRequiredService<AuditLog>();

        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        // Whoever holds the row is evaluating it right now.
        var attachment = await db.Set<PolicyAttachment>().FromSql($"select * from policy_attachments where id = {attachmentId} and is_enabled for update skip locked")
            .SingleOrDefaultAsync(cancellationToken);
        if (attachment is null)
            return 0;
        var policy = await db.Set<BackupPolicy>().AsNoTracking().SingleAsync(p => p.Id == attachment.PolicyId, cancellationToken);
        var decision = policy.ReadSchedule().Evaluate(attachment.EvaluatedUntil, time.GetUtcNow(), policy.RunOnceAfterDowntime);
        if (decision.Due.Count == 0 && decision.Missed is null)
            return 0;

        var source = await db.Set<DataSource>().AsNoTracking().SingleAsync(s => s.Id == attachment.DataSourceId, cancellationToken);
        var destination = await db.Set<StorageDestination>().IgnoreQueryFilters().AsNoTracking().SingleAsync(d => d.Id == policy.DestinationId, cancellationToken);
        var jobs = new List<BackupJob>();
        foreach (var occurrence in decision.Due)
        {
            if (await queue.ScheduleAsync(source, destination, policy.ToRun(attachment), occurrence, cancellationToken) is not { } job)
                continue;
            jobs.Add(job);
            // The next occurrence in this window has to see it.
            await db.SaveChangesAsync(cancellationToken);
        }

        if (decision.Missed is { } missed)
            audit.Record(AuditActions.BackupMissed, new AuditTarget("datasource", source.Id, source.Name), new { policy = policy.Name, missed.Count, missed.First, missed.Last, missed.IsCapped });
        attachment.Evaluated(decision.EvaluatedUntil);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        foreach (var job in jobs)
            await queue.SendAsync(job.Id, job.Trigger);
        return jobs.Count;
    }

    [LoggerMessage(LogLevel.Error, "The schedule of attachment {AttachmentId} could not be evaluated; it is tried again within a minute")]
    private partial void LogFailed(Exception exception, Guid attachmentId);
}
