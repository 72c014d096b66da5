using BackupApp.DataSources;
using BackupApp.Destinations;

namespace BackupApp.Backups;

/// <summary>A job that this process runs, as it was at the claim.</summary>
/// <param name="WorkerId">Proof of the claim; every later update asks for it.</param>
public sealed record ClaimedJob(BackupJob Job, DataSource Source, StorageDestination Destination, BackupArtifact Artifact, Guid WorkerId)
{
    public Guid Id => Job.Id;
}
