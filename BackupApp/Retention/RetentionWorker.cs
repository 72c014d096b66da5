using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Policies;
using BackupApp.Stored;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Retention;

/// <summary>
/// Hangfire's entry to retention: applies each policy's current rule to the stored backups of its attachments,
/// whether they are paused or not, every hour and after an edit. It only marks; <see cref="DeletionWorker"/> deletes.
/// </summary>
public sealed partial class RetentionWorker(AppDbContext db, DeleteBackup delete, TimeProvider time, ILogger<RetentionWorker> logger)
    : IPolicyFollower
{
    public const string Id = "retention";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var policy in await db.Set<BackupPolicy>().AsNoTracking().ToListAsync(cancellationToken))
            await ApplyAsync(policy, cancellationToken);
    }

    public async Task PolicyChangedAsync(Guid policyId, CancellationToken cancellationToken)
    {
        if (await db.Set<BackupPolicy>().AsNoTracking().SingleOrDefaultAsync(p => p.Id == policyId, cancellationToken) is { } policy)
            await ApplyAsync(policy, cancellationToken);
    }

    private async Task ApplyAsync(BackupPolicy policy, CancellationToken cancellationToken)
    {
        var rule = new RetentionRule(policy.KeepDays, policy.KeepLast);
        if (rule.KeepsAll)
            return;
        var marked = 0;
        // One attachment at a time: what they hold may be much.
        foreach (var attachment in await db.Set<PolicyAttachment>()
            .Where(a => a.PolicyId == policy.Id)
            .Select(a => a.Id)
            .ToListAsync(cancellationToken))
        {
            var stored = await AttachedBackups.ReadAsync(db, [attachment], cancellationToken);
            foreach (var verdict in RetentionPlan
                .Decide(rule, stored.Select(s => s.Backup), time.GetUtcNow())
                .Where(v => v.Expires is not null))
                marked += await ExpireAsync(verdict, policy, rule, cancellationToken) ? 1 : 0;
        }

        if (marked > 0)
            delete.DeleteNow();
    }

    private async Task<bool> ExpireAsync(
        RetentionVerdict verdict, BackupPolicy policy, RetentionRule rule, CancellationToken cancellationToken)
    {
        var job = await db.Set<BackupJob>().AsNoTracking().SingleAsync(j => j.Id == verdict.Backup.Id, cancellationToken);
        var reason = verdict.Expires == ExpiryReason.AgeExceeded ? DeletionReason.AgeExceeded : DeletionReason.KeepLastNExceeded;
        var why = new { policy = policy.Name, rule.KeepDays, rule.KeepLast };
        if (!await delete.MarkAsync(job, reason, AuditActions.BackupExpired, why, cancellationToken))
            return false;
        LogExpired(job.Id, policy.Name, rule.Sentence);
        return true;
    }

    [LoggerMessage(LogLevel.Information, "Backup {JobId} of policy {Policy} expired: {Rule}")]
    private partial void LogExpired(Guid jobId, string policy, string rule);
}
