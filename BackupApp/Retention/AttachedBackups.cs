using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Retention;

/// <summary>A stored backup with what retention does not need to decide, and people need to know.</summary>
public sealed record AttachedBackup(Guid AttachmentId, StoredBackup Backup, string DataSourceName, long Bytes);

/// <summary>Reads what retention decides about: the stored backups of attachments.</summary>
internal static class AttachedBackups
{
    public static async Task<IReadOnlyList<AttachedBackup>> ReadAsync(
        AppDbContext db, IReadOnlyCollection<Guid> attachments, CancellationToken cancellationToken)
    {
        var jobs = await db.Set<BackupJob>().AsNoTracking()
            .Where(j =>
                j.AttachmentId != null
                && attachments.Contains(j.AttachmentId.Value)
                && j.DeletionMarkedAt == null
                && (j.Status == RunStatus.Success || j.Status == RunStatus.Partial))
            .Select(j => new
            {
                j.Id,
                AttachmentId = j.AttachmentId!.Value,
                TakenAt = j.StartedAt ?? j.CreatedAt,
                IsGood = j.Status == RunStatus.Success && j.DamagedAt == null,
                j.Trigger,
                j.PinnedAt,
                j.DataSourceName,
                j.BytesStored,
            })
            .ToListAsync(cancellationToken);
        return jobs.ConvertAll(j => new AttachedBackup(
            j.AttachmentId,
            new StoredBackup(j.Id, j.TakenAt, j.IsGood, j.Trigger == BackupTrigger.Schedule, j.PinnedAt is not null),
            j.DataSourceName,
            j.BytesStored));
    }
}
