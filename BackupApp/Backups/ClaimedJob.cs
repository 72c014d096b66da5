using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Runs;

namespace BackupApp.Backups;

/// <summary>A job that this process runs, as it was at the claim.</summary>
/// <param name="Artifacts">Those that are known: of a whole server none before it was asked.</param>
/// <param name="WorkerId">Proof of the claim; every later update asks for it.</param>
public sealed record ClaimedJob(
    BackupJob Job,
    DataSource Source,
    StorageDestination Destination,
    IReadOnlyList<BackupArtifact> Artifacts,
    Guid WorkerId)
{
    public Guid Id => Job.Id;

    public HeldRun Held => new(Job.Id, WorkerId);
}
