using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Engines;
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

    /// <summary>It is the way back from a restore that replaces: it must hold all that can be replaced.</summary>
    public bool IsWayBack { get; init; }

    /// <summary>What is backed up.</summary>
    public DumpSelection Selection => IsWayBack
        ? new() { Scope = Source.Selection.Scope, AllowSharedConnections = Source.Selection.AllowSharedConnections }
        : Source.Selection;

    public HeldRun Held => new(Job.Id, WorkerId);
}
