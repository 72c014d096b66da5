using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Engines.Restores;
using BackupApp.Inventories.Kept;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Restores;

/// <summary>A restore that this process runs, as it was at the claim.</summary>
/// <param name="WorkerId">Proof of the claim; every later update asks for it.</param>
public sealed record ClaimedRestore(
    RestoreJob Job, DataSource Source, BackupJob Backup, BackupArtifact Artifact, DumpedDatabase Dump, StorageDestination Destination,
    Guid WorkerId)
{
    /// <summary>The backup of what is replaced; null where there is none.</summary>
    public BackupJob? Safety { get; init; }

    public Guid Id => Job.Id;

    public HeldRun Held => new(Job.Id, WorkerId);

    internal static async Task<ClaimedRestore> ReadAsync(
        AppDbContext db, RestoreJob job, Guid workerId, CancellationToken cancellationToken)
    {
        // Whatever was deleted since is still needed to say so.
        var source = await db.Set<DataSource>()
            .IgnoreQueryFilters()
            .AsNoTracking()
            .SingleAsync(s => s.Id == job.DataSourceId, cancellationToken);
        var backup = await db.Set<BackupJob>().AsNoTracking().SingleAsync(b => b.Id == job.SourceBackupId, cancellationToken);
        var artifact = await db.Set<BackupArtifact>().AsNoTracking().SingleAsync(a => a.Id == job.ArtifactId, cancellationToken);
        var destination = await db.Set<StorageDestination>().IgnoreQueryFilters().AsNoTracking()
            .SingleAsync(d => d.Id == artifact.Copy.DestinationId, cancellationToken);
        return new(job, source, backup, artifact, await DumpedAsync(db, backup, artifact, cancellationToken), destination, workerId)
        {
            Safety = job.SafetyJobId is { } id
                ? await db.Set<BackupJob>().AsNoTracking().Include(b => b.Artifacts).SingleAsync(b => b.Id == id, cancellationToken)
                : null,
        };
    }

    public static async Task<DumpedDatabase> DumpedAsync(
        AppDbContext db, BackupJob backup, BackupArtifact artifact, CancellationToken cancellationToken)
    {
        var kept = await db.FindInventoryAsync(artifact.Id, cancellationToken);
        // Of more tables than are kept one by one not every one could be compared: the stream is counted again.
        var inventory = kept is { Row.OtherTables: 0 } ? kept.Inventory : null;
        return new(artifact.Kind, artifact.Database, backup.ServerVersion, artifact.Traits, inventory, artifact.BytesRead);
    }
}
