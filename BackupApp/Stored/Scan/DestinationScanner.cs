using System.Security.Cryptography;
using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Destinations;
using Hangfire;
using Hangfire.States;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Stored.Scan;

/// <summary>
/// Looks, once a day or when somebody asks, for what lies at a destination and belongs to no job: it is reported and never
/// deleted. The list is read as a stream and compared in batches, so that the size of a bucket costs time and no memory.
/// </summary>
public sealed partial class DestinationScanner(
    AppDbContext db,
    AuditLog audit,
    ObjectStores stores, StoredCheck check,
    IBackgroundJobClient hangfire,
    TimeProvider time,
    ILogger<DestinationScanner> logger)
{
    public const string Id = "unknown-objects";

    private const int Batch = 1000;

    /// <summary>Asks for a look at one destination, soon.</summary>
    /// <exception cref="Errors.NotFoundException"/>
    public async Task RequestAsync(Guid destinationId, CancellationToken cancellationToken)
    {
        var name = await db.Set<StorageDestination>()
                .Where(d => d.Id == destinationId)
                .Select(d => d.Name)
                .SingleOrDefaultAsync(cancellationToken)
            ?? throw new Errors.NotFoundException("storage destination");
        audit.Record(AuditActions.DestinationLookRequested, new AuditTarget("storage_destination", destinationId, name));
        await db.SaveChangesAsync(cancellationToken);
        await BeginAsync(destinationId, cancellationToken);
        hangfire.Create<DestinationScanner>(
            worker => worker.LookAsync(destinationId, CancellationToken.None),
            new EnqueuedState(BackupQueue.Control));
    }

    /// <summary>The daily round.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var id in await db.Set<StorageDestination>().Select(d => d.Id).ToListAsync(cancellationToken))
            await LookAsync(id, cancellationToken);
    }

    public async Task LookAsync(Guid destinationId, CancellationToken cancellationToken)
    {
        var destination = await db.Set<StorageDestination>()
            .AsNoTracking()
            .SingleOrDefaultAsync(d => d.Id == destinationId, cancellationToken);
        if (destination is null)
            return;
        await BeginAsync(destinationId, cancellationToken);
        var found = new ScanFindings();
        using var limit = new CancellationTokenSource(DestinationScan.LongestLook, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        string? error = null;
        try
        {
            await ReadAsync(destination, found, either.Token);
        }
        catch (StoreException e)
        {
            error = e.Message;
        }
        catch (CryptographicException)
        {
            error = "The destination's keys could not be decrypted. Enter them again.";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            error = $"It took longer than {DestinationScan.LongestLook.TotalMinutes:0} minutes. Counted is what was seen until then.";
        }

        await EndAsync(destinationId, found, error, cancellationToken);
        LogLooked(destination.Name, found.Objects, found.Unknown, found.UnknownUploads, error ?? "");
    }

    private async Task ReadAsync(StorageDestination destination, ScanFindings found, CancellationToken cancellationToken)
    {
        using var store = stores.Open(destination);
        await foreach (var batch in store.ListAsync("", cancellationToken).Chunk(Batch).WithCancellation(cancellationToken))
            found.Add(batch, await KeysOfJobs.ReadAsync(db, destination, batch.Select(o => o.Key), cancellationToken));
        // Listed once more: what came meanwhile is in its place then, and neither reading holds up the other.
        await check.RunAsync(destination, store, store.ListAsync("", cancellationToken), time.GetUtcNow(), cancellationToken);
        foreach (var batch in (await store.ListUploadsAsync("", cancellationToken)).Chunk(Batch))
            found.Add(batch, await KeysOfJobs.ReadAsync(db, destination, batch.Select(u => u.Key), cancellationToken));
    }

    private async Task BeginAsync(Guid destinationId, CancellationToken cancellationToken) => await db.Database.ExecuteSqlAsync(
        $"""
        insert into destination_looks (destination_id, started_at, objects, unknown, unknown_bytes, unknown_uploads, examples)
        values ({destinationId}, now(), 0, 0, 0, 0, '[]')
        on conflict (destination_id) do update set started_at = excluded.started_at, finished_at = null
        """,
        cancellationToken);

    private async Task EndAsync(Guid destinationId, ScanFindings found, string? error, CancellationToken cancellationToken) =>
        await db.Set<DestinationScan>().Where(l => l.DestinationId == destinationId).ExecuteUpdateAsync(
            set => set.SetProperty(l => l.FinishedAt, _ => DateTimeOffset.UtcNow)
                .SetProperty(l => l.Objects, found.Objects)
                .SetProperty(l => l.Unknown, found.Unknown)
                .SetProperty(l => l.UnknownBytes, found.UnknownBytes)
                .SetProperty(l => l.UnknownUploads, found.UnknownUploads)
                .SetProperty(l => l.Examples, found.Examples)
                .SetProperty(l => l.Error, error),
            cancellationToken);

    [LoggerMessage(
        LogLevel.Information,
        "Destination {Destination} holds {Objects} objects; {Unknown} of them and {Uploads} open uploads belong to no job. {Error}")]
    private partial void LogLooked(string destination, long objects, long unknown, long uploads, string error);
}
