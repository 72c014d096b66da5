using System.Security.Cryptography;
using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Destinations;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Stored;

/// <summary>
/// Hangfire's entry to the second step of deletions: removes the objects of marked backups, confirms that
/// they are gone, and records the bytes. What fails is tried again later, is visible, and stops no other.
/// </summary>
public sealed partial class DeletionWorker(
    AppDbContext db, AuditLog audit, ObjectStores stores, TimeProvider time, ILogger<DeletionWorker> logger)
{
    public const string Id = "deletions";

    /// <summary>Of one destination in one round.</summary>
    private const int Batch = 500;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(6);

    // While a deletion runs nobody else begins it; should this process die, it begins anew after this.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    // A round that takes longer than the pause between two must not take one more thread of Hangfire each time.
    private static readonly SemaphoreSlim OneRound = new(1);

    // Whoever comes while a round runs has it repeated: what was marked since then may have come too late for it.
    private static volatile bool asked;

    // What is wrong with these concerns one object; anything else is wrong for all that lies at the destination.
    private static readonly HashSet<StoreError> OfOneObject = [StoreError.AccessDenied, StoreError.ObjectNotFound];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        asked = true;
        while (asked && await OneRound.WaitAsync(TimeSpan.Zero, cancellationToken))
        {
            try
            {
                asked = false;
                await RoundAsync(cancellationToken);
            }
            finally
            {
                OneRound.Release();
            }
        }
    }

    private async Task RoundAsync(CancellationToken cancellationToken)
    {
        var due = db.Set<BackupJob>().Where(j => j.DeletionDueAt <= DateTimeOffset.UtcNow);
        foreach (var destination in await due.Select(j => j.DestinationId).Distinct().ToListAsync(cancellationToken))
        {
            var ids = await due.Where(j => j.DestinationId == destination)
                .OrderBy(j => j.DeletionDueAt).Take(Batch).Select(j => j.Id).ToListAsync(cancellationToken);
            await DeleteAtAsync(destination, ids, cancellationToken);
        }
    }

    private async Task DeleteAtAsync(Guid destinationId, List<Guid> ids, CancellationToken cancellationToken)
    {
        var turn = new UpkeepTurn(time);
        var destination = await db.Set<StorageDestination>()
            .IgnoreQueryFilters()
            .AsNoTracking()
            .SingleAsync(d => d.Id == destinationId, cancellationToken);
        var (store, obstacle) = Open(destination);
        using (store)
        {
            for (var n = 0; n < ids.Count && obstacle is null && !turn.IsOver; n++)
            {
                if (await TakeAsync(ids[n], cancellationToken) is not { } job)
                    continue;
                var (error, isGeneral) = await DeleteAsync(store!, job, destination.AppendOnly, cancellationToken);
                if (error is not null)
                    await PostponeAsync(job, error, cancellationToken);
                obstacle = isGeneral ? error : null;
            }
        }

        if (obstacle is not null)
            await WaitAsync(ids, obstacle, cancellationToken);
    }

    // Not tried, so that a store that does not answer costs one wait a round; and due soon, so that
    // whoever failed first does not hold up the others.
    private async Task WaitAsync(List<Guid> ids, string obstacle, CancellationToken cancellationToken) => await db.Set<BackupJob>()
        .Where(j => ids.Contains(j.Id) && j.DeletionDueAt <= DateTimeOffset.UtcNow)
        .ExecuteUpdateAsync(
            set =>
                set.SetProperty(j => j.DeletionDueAt, _ => DateTimeOffset.UtcNow + FirstPause)
                    .SetProperty(j => j.DeletionError, obstacle),
            cancellationToken);

    private (IObjectStore? Store, string? Obstacle) Open(StorageDestination destination)
    {
        try
        {
            return (stores.OpenForUpkeep(destination), null);
        }
        catch (StoreException e)
        {
            return (null, e.Message);
        }
        catch (CryptographicException)
        {
            return (null, "The destination's keys could not be decrypted. Enter them again.");
        }
    }

    private async Task<BackupJob?> TakeAsync(Guid id, CancellationToken cancellationToken)
    {
        var mine = await db.Set<BackupJob>().Where(j => j.Id == id && j.DeletionDueAt <= DateTimeOffset.UtcNow)
            .ExecuteUpdateAsync(set => set.SetProperty(j => j.DeletionDueAt, _ => DateTimeOffset.UtcNow + Lease), cancellationToken);
        return mine == 0
            ? null
            : await db.Set<BackupJob>().AsNoTracking().Include(j => j.Artifacts).SingleAsync(j => j.Id == id, cancellationToken);
    }

    /// <returns>What went wrong, and whether that concerns the whole destination; null when nothing did.</returns>
    private async Task<(string? Error, bool IsGeneral)> DeleteAsync(
        IObjectStore store, BackupJob job, bool appendOnly, CancellationToken cancellationToken)
    {
        try
        {
            var (freed, onlyHidden) = await ObjectRemoval.RunAsync(store, job.Artifacts, appendOnly, cancellationToken);
            await db.Set<BackupJob>().Where(j => j.Id == job.Id).ExecuteUpdateAsync(
                set => set.SetProperty(j => j.DeletedAt, _ => DateTimeOffset.UtcNow)
                    .SetProperty(j => j.DeletionDueAt, (DateTimeOffset?)null)
                    .SetProperty(j => j.DeletionError, (string?)null)
                    .SetProperty(j => j.OnlyHidden, onlyHidden)
                    .SetProperty(j => j.BytesFreed, freed),
                cancellationToken);
            LogDeleted(job.Id, freed);
            return (null, false);
        }
        catch (StoreException e)
        {
            return (e.Message, !OfOneObject.Contains(e.Error));
        }
    }

    private async Task PostponeAsync(BackupJob job, string error, CancellationToken cancellationToken)
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
        LogPostponed(job.Id, error, pause);
    }

    [LoggerMessage(LogLevel.Information, "The objects of job {JobId} are gone, {Bytes} bytes freed")]
    private partial void LogDeleted(Guid jobId, long bytes);

    [LoggerMessage(LogLevel.Warning, "The objects of job {JobId} could not be deleted: {Reason} It is tried again in {Pause}")]
    private partial void LogPostponed(Guid jobId, string reason, TimeSpan pause);
}
