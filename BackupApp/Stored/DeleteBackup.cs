using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Errors;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Stored;

/// <summary>
/// Deletes a backup in two steps: the mark and its audit entry are written here, before anything goes;
/// <see cref="DeletionWorker"/> removes the objects and confirms that they are gone. The job stays in history.
/// </summary>
public sealed class DeleteBackup(AppDbContext db, AuditLog audit, DeletionCall call)
{
    /// <exception cref="NotFoundException"/>
    /// <exception cref="ConflictException">It has not ended, has no backup, or was deleted before.</exception>
    public async Task RunAsync(Guid jobId, CancellationToken cancellationToken)
    {
        var job = await db.Set<BackupJob>().AsNoTracking().SingleOrDefaultAsync(j => j.Id == jobId, cancellationToken)
            ?? throw new NotFoundException("backup");
        if (job.IsActive)
            throw new ConflictException("This job has not ended yet. Cancel it first.");
        if (!await MarkAsync(job, DeletionReason.UserDeleted, AuditActions.BackupDeleted, null, cancellationToken))
            throw new ConflictException("This job has no stored backup, or it was deleted before.");
        DeleteNow();
    }

    /// <summary>Has what is marked deleted at once; without it the next sweep does it.</summary>
    internal void DeleteNow() => call.Send();

    /// <summary>Marks a stored backup for deletion. False when it is not there (any more).</summary>
    internal async Task<bool> MarkAsync(
        BackupJob job, DeletionReason reason, string action, object? why, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var rows = await db.Set<BackupJob>()
            .Where(j => j.Id == job.Id && j.DeletionMarkedAt == null && (j.Status == RunStatus.Success || j.Status == RunStatus.Partial))
            .Where(j => reason == DeletionReason.UserDeleted || j.PinnedAt == null)
            .ExecuteUpdateAsync(
                set => set.SetProperty(j => j.DeletionMarkedAt, _ => DateTimeOffset.UtcNow)
                    .SetProperty(j => j.DeletionDueAt, _ => DateTimeOffset.UtcNow)
                    .SetProperty(j => j.DeletionReason, reason),
                cancellationToken);
        if (rows == 0)
            return false;
        audit.Record(action, job.ToAuditTarget(), new { reason = reason.ToSnakeCase(), why });
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }
}
