using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.Engines.Restores;
using BackupApp.Errors;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Restores;

/// <summary>
/// Takes back a restore whose engine could keep nothing of what it replaced: the backup that was taken before it is restored in its
/// place, as any other. A backup of what stands there now is taken first, too.
/// </summary>
public sealed class UndoBySafety(AppDbContext db, AuditLog audit, StartRestore start)
{
    /// <param name="typed">The name of the database, as the person typed it.</param>
    /// <param name="loginUri">Where the stored login cannot do it; null for the stored one.</param>
    /// <returns>The id of the restore that does it; it is queued.</returns>
    /// <exception cref="NotFoundException"/>
    /// <exception cref="InvalidInputException"/>
    /// <exception cref="ConflictException">There is nothing to take back, or its backup is gone.</exception>
    public async Task<Guid> RunAsync(Guid id, string? typed, string? loginUri, CancellationToken cancellationToken)
    {
        var job = await db.Set<RestoreJob>().AsNoTracking().SingleOrDefaultAsync(j => j.Id == id, cancellationToken)
            ?? throw new NotFoundException("restore");
        if (!job.CanUndoBySafety)
            throw new ConflictException("There is nothing to take back.");
        var undo = await start.RunAsync(
            new()
            {
                DataSourceId = job.DataSourceId,
                SourceBackupId = job.SafetyJobId,
                Mode = RestoreMode.Overwrite,
                TargetUri = loginUri,
                Confirmation = typed,
            },
            cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(CancellationToken.None);
        await db.Set<RestoreJob>().Where(j => j.Id == id)
            .ExecuteUpdateAsync(set => set.SetProperty(j => j.UndoneAt, _ => DateTimeOffset.UtcNow), CancellationToken.None);
        audit.Record(AuditActions.RestoreUndone, job.ToAuditTarget(), new { database = job.TargetDatabase, restoreId = undo });
        await db.SaveChangesAsync(CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
        return undo;
    }
}
