using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Data;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Stored;

/// <summary>The rows of marked backups: who deletes them now, what came of it, and when it is tried again.</summary>
internal static class DeletionRows
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(6);

    // While a deletion runs nobody else begins it; should this process die, it begins anew after this.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    /// <summary>Takes one that is due. Null when somebody else has it, or it is gone.</summary>
    public static async Task<BackupJob?> TakeAsync(AppDbContext db, Guid id, CancellationToken cancellationToken)
    {
        var mine = await db.Set<BackupJob>().Where(j => j.Id == id && j.DeletionDueAt <= DateTimeOffset.UtcNow)
            .ExecuteUpdateAsync(set => set.SetProperty(j => j.DeletionDueAt, _ => DateTimeOffset.UtcNow + Lease), cancellationToken);
        return mine == 0
            ? null
            : await db.Set<BackupJob>().AsNoTracking().Include(j => j.Artifacts).SingleAsync(j => j.Id == id, cancellationToken);
    }

    /// <summary>Its objects are gone.</summary>
    public static async Task DoneAsync(
        AppDbContext db, BackupJob job, long freed, bool onlyHidden, CancellationToken cancellationToken)
    {
        await db.Set<BackupJob>().Where(j => j.Id == job.Id).ExecuteUpdateAsync(
            set => set.SetProperty(j => j.DeletedAt, _ => DateTimeOffset.UtcNow)
                .SetProperty(j => j.DeletionDueAt, (DateTimeOffset?)null)
                .SetProperty(j => j.DeletionError, (string?)null)
                .SetProperty(j => j.OnlyHidden, onlyHidden)
                .SetProperty(j => j.BytesFreed, freed),
            cancellationToken);
        await ForgetTablesAsync(db, job.DataSourceId, cancellationToken);
    }

    /// <returns>After how long it is tried again.</returns>
    public static async Task<TimeSpan> PostponeAsync(
        AppDbContext db, AuditLog audit, BackupJob job, string error, CancellationToken cancellationToken)
    {
        var pause = FirstPause * Math.Pow(2, Math.Min(job.DeletionAttempts, 10));
        if (pause > LongestPause)
            pause = LongestPause;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        // Unless its destination was deleted meanwhile, and the backup forgotten.
        await db.Set<BackupJob>().Where(j => j.Id == job.Id && j.DeletedAt == null).ExecuteUpdateAsync(
            set => set.SetProperty(j => j.DeletionAttempts, j => j.DeletionAttempts + 1)
                .SetProperty(j => j.DeletionError, error)
                .SetProperty(j => j.DeletionDueAt, _ => DateTimeOffset.UtcNow + pause),
            cancellationToken);
        // Once for each deletion: a bucket that is away for a week must not fill the log.
        if (job.DeletionAttempts == 0)
            audit.Record(AuditActions.BackupDeleteFailed, job.ToAuditTarget(), new { error });
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return pause;
    }

    // Not tried, so that a store that does not answer costs one wait a round; and due soon, so that
    // whoever failed first does not hold up the others.
    public static async Task WaitAsync(AppDbContext db, List<Guid> ids, string obstacle, CancellationToken cancellationToken) =>
        await db.Set<BackupJob>()
            .Where(j => ids.Contains(j.Id) && j.DeletionDueAt <= DateTimeOffset.UtcNow)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(j => j.DeletionDueAt, _ => DateTimeOffset.UtcNow + FirstPause)
                        .SetProperty(j => j.DeletionError, obstacle),
                cancellationToken);

    private static async Task ForgetTablesAsync(AppDbContext db, Guid dataSourceId, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await KeptRuns.PruneAsync(db, dataSourceId, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
