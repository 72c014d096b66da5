using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.Errors;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Backups;

/// <summary>
/// Cancels a job. A queued one ends at once; a running one is asked to end, and its worker does so
/// at its next heartbeat: it ends the tool, aborts the upload and writes the outcome.
/// </summary>
public sealed class CancelBackup(AppDbContext db, AuditLog audit)
{
    /// <exception cref="NotFoundException"/>
    /// <exception cref="ConflictException">It has ended, or its object is just being completed.</exception>
    public async Task RunAsync(Guid jobId, CancellationToken cancellationToken)
    {
        var job = await db.Set<BackupJob>().AsNoTracking().SingleOrDefaultAsync(j => j.Id == jobId, cancellationToken)
            ?? throw new NotFoundException("backup job");
        if (!await CancelQueuedAsync(job, cancellationToken) && !await AskRunningAsync(job, cancellationToken))
            throw new ConflictException("This job has ended, or its backup is just being completed: it cannot be canceled any more.");
    }

    private async Task<bool> CancelQueuedAsync(BackupJob job, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await CancelQueuedAsync(db, audit, j => j.Id == job.Id, CancelReason.User, cancellationToken) == 0)
            return false;
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Cancels queued jobs in the caller's transaction, each with its audit entry.</summary>
    /// <returns>How many there were.</returns>
    internal static async Task<int> CancelQueuedAsync(
        AppDbContext db,
        AuditLog audit,
        System.Linq.Expressions.Expression<Func<BackupJob, bool>> which,
        CancelReason reason,
        CancellationToken cancellationToken)
    {
        var ids = await db.Set<BackupJob>()
            .Where(which)
            .Where(j => j.Status == RunStatus.Queued)
            .Select(j => j.Id)
            .ToListAsync(cancellationToken);
        var canceled = 0;
        foreach (var id in ids)
        {
            var rows = await db.Set<BackupJob>().Where(j => j.Id == id && j.Status == RunStatus.Queued).ExecuteUpdateAsync(
                set => set.SetProperty(j => j.Status, RunStatus.Canceled)
                    .SetProperty(j => j.CancelReason, reason)
                    .SetProperty(j => j.FinishedAt, _ => DateTimeOffset.UtcNow),
                cancellationToken);
            if (rows == 0)
                continue;
            canceled++;
            var job = await db.Set<BackupJob>().AsNoTracking().SingleAsync(j => j.Id == id, cancellationToken);
            audit.Record(AuditActions.BackupCanceled, job.ToAuditTarget(), new { reason = reason.ToSnakeCase(), was = "queued" });
        }

        await db.SaveChangesAsync(cancellationToken);
        return canceled;
    }

    private async Task<bool> AskRunningAsync(BackupJob job, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await AskRunningAsync(db, audit, j => j.Id == job.Id, cancellationToken) == 0)
            return false;
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>
    /// Asks running jobs to end, in the caller's transaction, each with its audit entry. One whose
    /// object is just being completed is left to finish.
    /// </summary>
    /// <returns>How many were asked.</returns>
    internal static async Task<int> AskRunningAsync(
        AppDbContext db,
        AuditLog audit,
        System.Linq.Expressions.Expression<Func<BackupJob, bool>> which,
        CancellationToken cancellationToken)
    {
        var artifacts = db.Set<BackupArtifact>();
        var asked = 0;
        foreach (var job in await db.Set<BackupJob>()
            .AsNoTracking()
            .Where(which)
            .Where(j => j.Status == RunStatus.Running)
            .ToListAsync(cancellationToken))
        {
            // The fence locks the same row: whichever of the two comes first decides. Of several artifacts the last one's counts.
            var rows = await db.Set<BackupJob>()
                .Where(j => j.Id == job.Id && j.Status == RunStatus.Running)
                .Where(j => !artifacts.Any(a => a.JobId == j.Id)
                    || artifacts.Any(a =>
                        a.JobId == j.Id
                        && a.Copy.SealedAt == null
                        && (a.Status == ArtifactStatus.Pending || a.Status == ArtifactStatus.Running)))
                .ExecuteUpdateAsync(set => set.SetProperty(j => j.CancelRequested, true), cancellationToken);
            if (rows == 0)
                continue;
            asked++;
            audit.Record(AuditActions.BackupCanceled, job.ToAuditTarget(), new { reason = "user", was = "running", requested = true });
        }

        await db.SaveChangesAsync(cancellationToken);
        return asked;
    }
}
