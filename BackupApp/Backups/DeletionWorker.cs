using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.Destinations;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Backups;

/// <summary>
/// Hangfire's entry to the second step of deletions: removes the objects of marked backups, confirms that they are gone, and records the bytes. What
/// fails is tried again later, is visible, and stops no other.
/// </summary>
public sealed partial class DeletionWorker(AppDbContext db, AuditLog audit, ObjectStores stores, ILogger<DeletionWorker> logger)
{
    public const string Id = "deletions";

    private const int Batch = 500;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(6);

    // While a deletion runs nobody else begins it; should this process die, it begins anew after this.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var due = await db.Set<BackupJob>().Where(j => j.DeletionDueAt <= DateTimeOffset.UtcNow)
            .OrderBy(j => j.DeletionDueAt).Take(Batch).Select(j => j.Id).ToListAsync(cancellationToken);
        foreach (var id in due)
            await DeleteAsync(id, cancellationToken);
    }

    private async Task DeleteAsync(Guid id, CancellationToken cancellationToken)
    {
        var mine = await db.Set<BackupJob>().Where(j => j.Id == id && j.DeletionDueAt <= DateTimeOffset.UtcNow)
            .ExecuteUpdateAsync(set => set.SetProperty(j => j.DeletionDueAt, _ => DateTimeOffset.UtcNow + Lease), cancellationToken);
        if (mine == 0)
            return;
        var job = await db.Set<BackupJob>().AsNoTracking().Include(j => j.Artifacts).SingleAsync(j => j.Id == id, cancellationToken);
        try
        {
            await RemoveObjectsAsync(job, cancellationToken);
            var freed = job.Artifacts.Where(a => a.StoredAt is not null).Sum(a => a.Size ?? 0);
            await db.Set<BackupJob>().Where(j => j.Id == id).ExecuteUpdateAsync(
                set => set.SetProperty(j => j.DeletedAt, _ => DateTimeOffset.UtcNow)
                    .SetProperty(j => j.DeletionDueAt, (DateTimeOffset?)null)
                    .SetProperty(j => j.DeletionError, (string?)null)
                    .SetProperty(j => j.BytesFreed, freed),
                cancellationToken);
            LogDeleted(id, freed);
        }
        catch (Exception e) when (e is StoreException or System.Security.Cryptography.CryptographicException)
        {
            await PostponeAsync(job, e is StoreException ? e.Message : "The destination's keys could not be decrypted.", cancellationToken);
        }
    }

    private async Task RemoveObjectsAsync(BackupJob job, CancellationToken cancellationToken)
    {
        var destination = await db.Set<StorageDestination>().IgnoreQueryFilters().AsNoTracking().SingleAsync(d => d.Id == job.DestinationId, cancellationToken);
        using var store = stores.Open(destination);
        foreach (var artifact in job.Artifacts.Where(a => a.StoredAt is not null))
        {
            // The manifest goes last: as long as the object is there, somebody may need to know what it is.
            await RemoveAsync(store, artifact.Key, artifact.VersionId, cancellationToken);
            var manifest = await store.FindAsync(artifact.Key + BackupManifest.Suffix, cancellationToken);
            if (manifest is not null)
                await RemoveAsync(store, manifest.Key, manifest.VersionId, cancellationToken);
        }
    }

    private static async Task RemoveAsync(IObjectStore store, string key, string? versionId, CancellationToken cancellationToken)
    {
        await store.DeleteAsync(key, versionId, cancellationToken);
        if (await store.FindAsync(key, cancellationToken) is not null)
            throw new StoreException(StoreError.StoreFailed, "The destination accepted the deletion, but the object is still there. It may be locked against deletion.");
    }

    private async Task PostponeAsync(BackupJob job, string error, CancellationToken cancellationToken)
    {
        var pause = FirstPause * Math.Pow(2, Math.Min(job.DeletionAttempts, 10));
        if (pause > LongestPause)
            pause = LongestPause;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.Set<BackupJob>().Where(j => j.Id == job.Id).ExecuteUpdateAsync(
            set => set.SetProperty(j => j.DeletionAttempts, j => j.DeletionAttempts + 1)
                .SetProperty(j => j.DeletionError, error)
                .SetProperty(j => j.DeletionDueAt, _ => DateTimeOffset.UtcNow + pause),
            cancellationToken);
        // Once for each deletion: a bucket that is away for a week must not fill the log.
        if (job.DeletionAttempts == 0)
            audit.Record(AuditActions.BackupDeleteFailed, job.ToAuditTarget(), new { error });
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        LogPostponed(job.Id, error, pause);
    }

    [LoggerMessage(LogLevel.Information, "The objects of job {JobId} are gone, {Bytes} bytes freed")]
    private partial void LogDeleted(Guid jobId, long bytes);

    [LoggerMessage(LogLevel.Warning, "The objects of job {JobId} could not be deleted: {Reason} It is tried again in {Pause}")]
    private partial void LogPostponed(Guid jobId, string reason, TimeSpan pause);
}
