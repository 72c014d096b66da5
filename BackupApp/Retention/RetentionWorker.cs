using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Policies;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Retention;

/// <summary>
/// Hangfire's entry to retention: applies each policy's current rule to the stored backups of its attachments, whether they are paused or not, every hour
/// and after an edit. It only marks; <see cref="DeletionWorker"/> deletes.
/// </summary>
public sealed partial class RetentionWorker(AppDbContext db, DeleteBackup delete, TimeProvider time, ILogger<RetentionWorker> logger)
{
    public const string Id = "retention";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var attachments = await db.Set<PolicyAttachment>().AsNoTracking()
            .Join(db.Set<BackupPolicy>(), a => a.PolicyId, p => p.Id, (a, p) => new { a.Id, p.Name, p.KeepDays, p.KeepLast })
            .ToListAsync(cancellationToken);
        foreach (var attachment in attachments)
            await ApplyAsync(attachment.Id, attachment.Name, new RetentionRule(attachment.KeepDays, attachment.KeepLast), cancellationToken);
    }

    private async Task ApplyAsync(Guid attachmentId, string policy, RetentionRule rule, CancellationToken cancellationToken)
    {
        if (rule.KeepsAll)
            return;
        var jobs = await db.Set<BackupJob>().AsNoTracking()
            .Where(j => j.AttachmentId == attachmentId && j.DeletionMarkedAt == null && (j.Status == BackupStatus.Success || j.Status == BackupStatus.Partial))
            .ToDictionaryAsync(j => j.Id, cancellationToken);
        var stored = jobs.Values.Select(j => new StoredBackup(
            j.Id, j.StartedAt ?? j.CreatedAt, j.Status == BackupStatus.Success, j.Trigger == BackupTrigger.Schedule, j.PinnedAt is not null));
        foreach (var verdict in RetentionPlan.Decide(rule, stored, time.GetUtcNow()).Where(v => v.Expires is not null))
        {
            var reason = verdict.Expires == ExpiryReason.AgeExceeded ? DeletionReason.AgeExceeded : DeletionReason.KeepLastNExceeded;
            if (await delete.MarkAsync(jobs[verdict.Backup.Id], reason, AuditActions.BackupExpired, new { policy, rule.KeepDays, rule.KeepLast }, cancellationToken))
                LogExpired(verdict.Backup.Id, policy, rule.Sentence);
        }
    }

    [LoggerMessage(LogLevel.Information, "Backup {JobId} of policy {Policy} expired: {Rule}")]
    private partial void LogExpired(Guid jobId, string policy, string rule);
}
