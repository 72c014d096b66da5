using System.Security.Cryptography;
using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Backups;

/// <summary>Writes later what a run, or a run that vanished, could not write beside its backup. A part of the reaper's round.</summary>
public sealed partial class OwedManifests(
    AppDbContext db, ObjectStores stores, Manifests manifests, TimeProvider time, ILogger<OwedManifests> logger)
    : IReaperPart
{
    private const int Batch = 100;

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    // A destination that is away for so long will not come back for the sake of a description.
    private static readonly TimeSpan Patience = TimeSpan.FromDays(7);

    public string Name => "manifests";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var due = await db.Set<BackupJob>().AsNoTracking().Include(j => j.Artifacts)
            .Where(j => j.ManifestsDueAt < DateTimeOffset.UtcNow)
            .OrderBy(j => j.ManifestsDueAt).Take(Batch)
            .ToListAsync(cancellationToken);
        foreach (var group in due.GroupBy(j => j.DestinationId))
            await WriteAsync(group.Key, [.. group], cancellationToken);
    }

    private async Task WriteAsync(Guid destinationId, List<BackupJob> jobs, CancellationToken cancellationToken)
    {
        var destination = await db.Set<StorageDestination>()
            .IgnoreQueryFilters()
            .AsNoTracking()
            .SingleAsync(d => d.Id == destinationId, cancellationToken);
        // Cut short where it has to be: what is written already is not written again.
        using var limit = new CancellationTokenSource(UpkeepTurn.Limit, time);
        using var turn = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            using var store = stores.OpenForUpkeep(destination);
            foreach (var job in jobs.ToList())
            {
                if (job.HasBackup)
                    await manifests.CompleteAsync(store, job, turn.Token);
                await SettleAsync([job], again: false, cancellationToken);
                jobs.Remove(job);
            }
        }
        catch (Exception e)
            when (e is StoreException or CryptographicException
                || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            LogFailed(e, destination.Name);
            await SettleAsync(jobs, again: true, cancellationToken);
        }
    }

    private Task<int> SettleAsync(List<BackupJob> jobs, bool again, CancellationToken cancellationToken)
    {
        var ids = jobs.ConvertAll(j => j.Id);
        return db.Set<BackupJob>().Where(j => ids.Contains(j.Id)).ExecuteUpdateAsync(
            set => set.SetProperty(
                j => j.ManifestsDueAt,
                j => again && j.FinishedAt > DateTimeOffset.UtcNow - Patience ? DateTimeOffset.UtcNow + Pause : (DateTimeOffset?)null),
            cancellationToken);
    }

    [LoggerMessage(LogLevel.Warning, "Manifests at destination {Destination} could not be written; it is tried again")]
    private partial void LogFailed(Exception exception, string destination);
}
