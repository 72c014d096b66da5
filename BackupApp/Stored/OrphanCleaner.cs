using System.Security.Cryptography;
using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace BackupApp.Stored;

/// <summary>
/// Looks again, for a day, at the keys of our own artifacts that failed or were canceled, and removes
/// what a worker that woke up late left there. What belongs to nobody's job is never touched.
/// </summary>
public sealed partial class OrphanCleaner(
    AppDbContext db,
    AuditLog audit,
    ObjectStores stores,
    IOptions<BackupOptions> options,
    TimeProvider time,
    ILogger<OrphanCleaner> logger) : IReaperPart
{
    private const int Batch = 100;

    /// <summary>Of one destination in one round; a store that does not answer would hold up the others.</summary>
    private const int MostFailures = 3;

    // After the end of the job: at first often, since that is when sleepers wake.
    private static readonly int[] LaterLooks = [5, 30, 120, 480, 1440];

    public string Name => "orphans";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var due = await db.Set<BackupArtifact>().AsNoTracking()
            .Where(a => a.CleanupDueAt < DateTimeOffset.UtcNow && a.Copy.StoredAt == null)
            .OrderBy(a => a.CleanupDueAt)
            .Take(Batch)
            .Join(db.Set<BackupJob>(), a => a.JobId, j => j.Id, (artifact, job) => new { artifact, job })
            .ToListAsync(cancellationToken);
        foreach (var group in due.GroupBy(d => d.artifact.Copy.DestinationId))
        {
            var destination = await db.Set<StorageDestination>()
                .IgnoreQueryFilters()
                .AsNoTracking()
                .SingleAsync(d => d.Id == group.Key, cancellationToken);
            using var store = Open(destination);
            var turn = new UpkeepTurn(time);
            var failures = store is null ? MostFailures : 0;
            foreach (var entry in group)
            {
                var looked = failures < MostFailures && !turn.IsOver
                    && await TryCleanAsync(store!, destination, entry.job, entry.artifact, cancellationToken);
                failures += looked ? 0 : 1;
                var next = looked ? NextLook(entry.job, entry.artifact) : Again(entry.job);
                await db.Set<BackupArtifact>().Where(a => a.Id == entry.artifact.Id)
                    .ExecuteUpdateAsync(set => set.SetProperty(a => a.CleanupDueAt, next), cancellationToken);
            }
        }
    }

    private IObjectStore? Open(StorageDestination destination)
    {
        try
        {
            return stores.OpenForUpkeep(destination);
        }
        catch (Exception e) when (e is StoreException or CryptographicException)
        {
            LogFailed(e, destination.Name);
            return null;
        }
    }

    private async Task<bool> TryCleanAsync(
        IObjectStore store,
        StorageDestination destination,
        BackupJob job,
        BackupArtifact artifact,
        CancellationToken cancellationToken)
    {
        try
        {
            await CleanAsync(store, destination.AppendOnly, job, artifact, cancellationToken);
            return true;
        }
        catch (StoreException e)
        {
            LogFailed(e, destination.Name);
            return false;
        }
    }

    private async Task CleanAsync(
        IObjectStore store, bool appendOnly, BackupJob job, BackupArtifact artifact, CancellationToken cancellationToken)
    {
        var uploads = await store.ListUploadsAsync(artifact.Copy.Key, cancellationToken);
        foreach (var upload in uploads)
            await store.AbortUploadAsync(upload, cancellationToken);
        var removed = await Leftovers.RemoveAsync(
            store,
            artifact.Copy.Key,
            appendOnly,
            cancellationToken,
            withScript: artifact.Position == 0 && job.Status is RunStatus.Failed or RunStatus.Canceled);
        if (uploads.Count == 0 && removed == 0)
            return;
        audit.Record(
            AuditActions.BackupReapedOrphanCleaned,
            job.ToAuditTarget(),
            new { artifact.Copy.Key, uploads = uploads.Count, objects = removed });
        await db.SaveChangesAsync(cancellationToken);
    }

    private DateTimeOffset? NextLook(BackupJob job, BackupArtifact artifact) =>
        LaterLooks.Select(look => At(job, look)).Cast<DateTimeOffset?>().FirstOrDefault(at => at > artifact.CleanupDueAt);

    // A destination that does not answer is no look: soon again, until twice the day is over.
    private DateTimeOffset? Again(BackupJob job)
    {
        var soon = DateTimeOffset.UtcNow + options.Value.OrphanLook;
        return soon < At(job, 2 * LaterLooks[^1]) ? soon : null;
    }

    private DateTimeOffset At(BackupJob job, int look) => (job.FinishedAt ?? job.CreatedAt) + (options.Value.OrphanLook * look);

    [LoggerMessage(LogLevel.Warning, "Keys of ended jobs at destination {Destination} could not be looked at")]
    private partial void LogFailed(Exception exception, string destination);
}
