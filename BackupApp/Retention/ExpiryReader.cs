using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Policies;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Retention;

/// <summary>Says when one backup goes, by the rule that decides it, as everything is now.</summary>
public sealed class ExpiryReader(AppDbContext db, TimeProvider time)
{
    /// <summary>Null for a job without a backup, or whose deletion has begun.</summary>
    public async Task<ExpiryOutlook?> OfAsync(BackupJob job, CancellationToken cancellationToken)
    {
        if (!job.HasBackup)
            return null;
        if (job.PinnedAt is not null)
            return ExpiryOutlook.Pinned;
        if (job.AttachmentId is not { } attachment)
            return ExpiryOutlook.WithoutPolicy;
        var policy = await (
            from a in db.Set<PolicyAttachment>()
            join p in db.Set<BackupPolicy>() on a.PolicyId equals p.Id
            where a.Id == attachment
            select new { p.Name, p.KeepDays, p.KeepLast }).SingleOrDefaultAsync(cancellationToken);
        if (policy is null)
            return ExpiryOutlook.Detached(job.PolicyName ?? "");
        var rule = new RetentionRule(policy.KeepDays, policy.KeepLast);
        var stored = await AttachedBackups.ReadAsync(db, [attachment], cancellationToken);
        return Of(job.Id, rule, policy.Name, [.. stored.Select(s => s.Backup)], time.GetUtcNow());
    }

    /// <summary>Pure: of the backups of one attachment the one with this id; null where it is not among them.</summary>
    public static ExpiryOutlook? Of(
        Guid id, RetentionRule rule, string policy, IReadOnlyCollection<StoredBackup> backups, DateTimeOffset now)
    {
        var verdict = RetentionPlan.Decide(rule, backups, now).FirstOrDefault(v => v.Backup.Id == id);
        return verdict is null ? null : ExpiryOutlook.Of(verdict, rule, policy, RetentionPlan.RankOf(id, backups));
    }
}
