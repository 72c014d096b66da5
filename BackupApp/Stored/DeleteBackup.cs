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
public sealed class DeleteBackup(AppDbContext db, AuditLog audit, DeletionCall call, IRestoresUnderWay restores)
{
    /// <exception cref="NotFoundException"/>
    /// <exception cref="ConflictException">It has not ended, has no backup, was deleted before, or a restore needs it.</exception>
    public async Task RunAsync(Guid jobId, CancellationToken cancellationToken)
    {
        var job = await db.Set<BackupJob>().AsNoTracking().SingleOrDefaultAsync(j => j.Id == jobId, cancellationToken)
            ?? throw new NotFoundException("backup");
        if (job.IsActive)
            throw new ConflictException("This job has not ended yet. Cancel it first.");
        if (!await MarkAsync(job, DeletionReason.UserDeleted, AuditActions.BackupDeleted, null, cancellationToken))
            throw new ConflictException(await WhyNotAsync(jobId, cancellationToken));
        DeleteNow();
    }

    /// <summary>Has what is marked deleted at once; without it the next sweep does it.</summary>
    internal void DeleteNow() => call.Send();

    private async Task<string> WhyNotAsync(Guid jobId, CancellationToken cancellationToken) =>
        await restores.HeldBackups(db).ContainsAsync(jobId, cancellationToken)
            ? "A restore of this backup is queued or running. Wait for its end, or cancel it first."
            : "This job has no stored backup, or it was deleted before.";

    /// <summary>Marks a stored backup for deletion. False when it is not there (any more), or a restore needs it.</summary>
    internal async Task<bool> MarkAsync(
        BackupJob job, DeletionReason reason, string action, object? why, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await BackupHold.LockAsync(db, job.Id, cancellationToken);
        var held = restores.HeldBackups(db);
        var rows = await db.Set<BackupJob>()
            .Where(j => j.Id == job.Id && j.DeletionMarkedAt == null && (j.Status == RunStatus.Success || j.Status == RunStatus.Partial))
            .Where(j => reason == DeletionReason.UserDeleted || j.PinnedAt == null)
            .Where(j => !held.Contains(j.Id))
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
