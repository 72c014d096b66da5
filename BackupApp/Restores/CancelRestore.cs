using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.Errors;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Restores;

/// <summary>
/// Cancels a restore. A queued one ends at once; a running one is asked to end, and its worker does so at its next heartbeat: the
/// tool is ended and what was made is dropped.
/// </summary>
public sealed class CancelRestore(AppDbContext db, AuditLog audit, RestoreQueue queue)
{
    /// <exception cref="NotFoundException"/>
    /// <exception cref="ConflictException">It has ended, or its databases are just being swapped.</exception>
    public async Task RunAsync(Guid id, CancellationToken cancellationToken)
    {
        var job = await db.Set<RestoreJob>().AsNoTracking().SingleOrDefaultAsync(j => j.Id == id, cancellationToken)
            ?? throw new NotFoundException("restore");
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var was = await CancelQueuedAsync(id, cancellationToken) ? "queued"
            : await AskRunningAsync(id, cancellationToken) ? "running"
            : null;
        if (was is null)
            throw new ConflictException(
                "This restore has ended, or its database is just being put in its place: it cannot be canceled any more.");
        audit.Record(AuditActions.RestoreCanceled, job.ToAuditTarget(), new { reason = "user", was, requested = was == "running" });
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        // Another may have waited for its turn behind this one.
        if (job.BatchId is not null && was == "queued")
            await queue.SendParkedAsync();
    }

    /// <summary>Cancels those of a batch that have not begun; the one that runs goes on.</summary>
    /// <returns>How many.</returns>
    /// <exception cref="NotFoundException"/>
    public async Task<int> RestOfBatchAsync(Guid batch, CancellationToken cancellationToken)
    {
        var jobs = await db.Set<RestoreJob>().AsNoTracking().Where(j => j.BatchId == batch)
            .OrderByDescending(j => j.BatchPosition).ToListAsync(cancellationToken);
        if (jobs.Count == 0)
            throw new NotFoundException("batch of restores");
        var canceled = 0;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        foreach (var job in jobs)
        {
            if (!await CancelQueuedAsync(job.Id, cancellationToken))
                continue;
            canceled++;
            audit.Record(AuditActions.RestoreCanceled, job.ToAuditTarget(), new { reason = "user", was = "queued", batch });
        }

        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return canceled;
    }

    private async Task<bool> CancelQueuedAsync(Guid id, CancellationToken cancellationToken) =>
        await db.Queued<RestoreJob>(id).ExecuteUpdateAsync(
            set => set.SetProperty(j => j.Status, RunStatus.Canceled)
                .SetProperty(j => j.CancelReason, CancelReason.User)
                .SetProperty(j => j.TargetCipher, (byte[]?)null)
                .SetProperty(j => j.FinishedAt, _ => DateTimeOffset.UtcNow),
            cancellationToken) == 1;

    // The fence locks the same row: whichever of the two comes first decides.
    private async Task<bool> AskRunningAsync(Guid id, CancellationToken cancellationToken) =>
        await db.Run<RestoreJob>(id).Where(j => j.Status == RunStatus.Running && j.SwappingAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(j => j.CancelRequested, true), cancellationToken) == 1;
}
