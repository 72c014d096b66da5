using BackupApp.Backups;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Engines.Restores;
using BackupApp.Runs;

namespace BackupApp.Restores;

/// <summary>A restore that this process runs, as it was at the claim.</summary>
/// <param name="WorkerId">Proof of the claim; every later update asks for it.</param>
public sealed record ClaimedRestore(
    RestoreJob Job, DataSource Source, BackupJob Backup, BackupArtifact Artifact, StorageDestination Destination, Guid WorkerId)
{
    public Guid Id => Job.Id;

    public HeldRun Held => new(Job.Id, WorkerId);

    public DumpedDatabase Dump => Dumped(Backup, Artifact);

    public static DumpedDatabase Dumped(BackupJob backup, BackupArtifact artifact) =>
        new(artifact.Kind, artifact.Database, backup.ServerVersion, artifact.Traits, null, artifact.BytesRead);
}
