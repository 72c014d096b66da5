using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Engines.Restores;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Restores;

/// <summary>A restore that this process runs, as it was at the claim.</summary>
/// <param name="WorkerId">Proof of the claim; every later update asks for it.</param>
public sealed record ClaimedRestore(
    RestoreJob Job, DataSource Source, BackupJob Backup, BackupArtifact Artifact, StorageDestination Destination, Guid WorkerId)
{
    public Guid Id => Job.Id;

    public HeldRun Held => new(Job.Id, WorkerId);

    public DumpedDatabase Dump => Dumped(Backup, Artifact);

    internal static async Task<ClaimedRestore> ReadAsync(AppDbContext db, RestoreJob job, Guid workerId, CancellationToken cancellationToken)
    {
        // Whatever was deleted since is still needed to say so.
        var source = await db.Set<DataSource>().IgnoreQueryFilters().AsNoTracking().SingleAsync(s => s.Id == job.DataSourceId, cancellationToken);
        var backup = await db.Set<BackupJob>().AsNoTracking().SingleAsync(b => b.Id == job.SourceBackupId, cancellationToken);
        var artifact = await db.Set<BackupArtifact>().AsNoTracking().SingleAsync(a => a.Id == job.ArtifactId, cancellationToken);
        var destination = await db.Set<StorageDestination>().IgnoreQueryFilters().AsNoTracking()
            .SingleAsync(d => d.Id == artifact.Copy.DestinationId, cancellationToken);
        return new(job, source, backup, artifact, destination, workerId);
    }

    public static DumpedDatabase Dumped(BackupJob backup, BackupArtifact artifact) =>
        new(artifact.Kind, artifact.Database, backup.ServerVersion, artifact.Traits, null, artifact.BytesRead);
}
