using BackupApp.Data;
using BackupApp.Policies;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Retention;

/// <summary>What would go at once if a policy's rule were another one.</summary>
public sealed class RetentionPreview(AppDbContext db, TimeProvider time)
{
    public async Task<ExpiryPreview> ReadAsync(Guid policyId, RetentionRule next, CancellationToken cancellationToken)
    {
        var policy = await db.Set<BackupPolicy>().AsNoTracking().SingleOrDefaultAsync(p => p.Id == policyId, cancellationToken);
        if (policy is null || next.KeepsAll)
            return ExpiryPreview.Nothing;
        var current = new RetentionRule(policy.KeepDays, policy.KeepLast);
        if (next == current)
            return ExpiryPreview.Nothing;
        var attachments = await db.Set<PolicyAttachment>()
            .Where(a => a.PolicyId == policyId)
            .Select(a => a.Id)
            .ToListAsync(cancellationToken);
        var stored = await AttachedBackups.ReadAsync(db, attachments, cancellationToken);
        var now = time.GetUtcNow();
        return new([
            .. stored
                .GroupBy(s => s.AttachmentId)
                .Select(group => Of([.. group], current, next, now))
                .OfType<SourceExpiry>()
                .OrderByDescending(s => s.Backups),
        ]);
    }

    private static SourceExpiry? Of(IReadOnlyList<AttachedBackup> stored, RetentionRule current, RetentionRule next, DateTimeOffset now)
    {
        var going = RetentionPlan.WouldGo(current, next, [.. stored.Select(s => s.Backup)], now).Select(v => v.Backup.Id).ToHashSet();
        if (going.Count == 0)
            return null;
        var gone = stored.Where(s => going.Contains(s.Backup.Id)).ToList();
        return new(
            stored[0].DataSourceName,
            going.Count,
            gone.Sum(s => s.Bytes),
            gone.Min(s => s.Backup.TakenAt),
            gone.Max(s => s.Backup.TakenAt));
    }
}

/// <param name="Sources">Those that would lose something, the most first.</param>
public sealed record ExpiryPreview(IReadOnlyList<SourceExpiry> Sources)
{
    public static readonly ExpiryPreview Nothing = new([]);

    public int Backups => Sources.Sum(s => s.Backups);

    public long Bytes => Sources.Sum(s => s.Bytes);
}

/// <summary>What one data source would lose.</summary>
public sealed record SourceExpiry(string Name, int Backups, long Bytes, DateTimeOffset Oldest, DateTimeOffset Newest);
