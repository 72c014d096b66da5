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
    /// <summary>Of one destination in one round.</summary>
    private const int Batch = 500;

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
                if (await DeletionRows.TakeAsync(db, ids[n], cancellationToken) is not { } job)
                    continue;
                var (error, isGeneral) = await DeleteAsync(store!, job, destination.AppendOnly, cancellationToken);
                if (error is not null)
                    LogPostponed(job.Id, error, await DeletionRows.PostponeAsync(db, audit, job, error, cancellationToken));
                obstacle = isGeneral ? error : null;
            }
        }

        if (obstacle is not null)
            await DeletionRows.WaitAsync(db, ids, obstacle, cancellationToken);
    }

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

    /// <returns>What went wrong, and whether that concerns the whole destination; null when nothing did.</returns>
    private async Task<(string? Error, bool IsGeneral)> DeleteAsync(
        IObjectStore store, BackupJob job, bool appendOnly, CancellationToken cancellationToken)
    {
        try
        {
            var (freed, onlyHidden) = await ObjectRemoval.RunAsync(store, job.Artifacts, appendOnly, cancellationToken);
            await DeletionRows.DoneAsync(db, job, freed, onlyHidden, cancellationToken);
            LogDeleted(job.Id, freed);
            return (null, false);
        }
        catch (StoreException e)
        {
            return (e.Message, !OfOneObject.Contains(e.Error));
        }
    }

    [LoggerMessage(LogLevel.Information, "The objects of job {JobId} are gone, {Bytes} bytes freed")]
    private partial void LogDeleted(Guid jobId, long bytes);

    [LoggerMessage(LogLevel.Warning, "The objects of job {JobId} could not be deleted: {Reason} It is tried again in {Pause}")]
    private partial void LogPostponed(Guid jobId, string reason, TimeSpan pause);
}
