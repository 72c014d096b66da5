using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Errors;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Stored;

/// <summary>A pinned backup never expires; a person can still delete it.</summary>
public sealed class PinBackup(AppDbContext db, AuditLog audit)
{
    /// <exception cref="NotFoundException"/>
    /// <exception cref="ConflictException">There is no stored backup to keep.</exception>
    public async Task RunAsync(Guid jobId, bool pinned, CancellationToken cancellationToken)
    {
        var job = await db.Set<BackupJob>().AsNoTracking().SingleOrDefaultAsync(j => j.Id == jobId, cancellationToken)
            ?? throw new NotFoundException("backup");
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var rows = await db.Set<BackupJob>()
            .Where(j => j.Id == jobId && j.DeletionMarkedAt == null && (j.Status == RunStatus.Success || j.Status == RunStatus.Partial))
            .ExecuteUpdateAsync(
                set => set.SetProperty(j => j.PinnedAt, j => pinned ? j.PinnedAt ?? DateTimeOffset.UtcNow : null),
                cancellationToken);
        if (rows == 0)
            throw new ConflictException("This job has no stored backup, or it was deleted.");
        audit.Record(AuditActions.BackupPinned, job.ToAuditTarget(), new { pinned });
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
