namespace BackupApp.Runs;

/// <summary>What an execution leaves on its run, whatever its end.</summary>
/// <param name="OwesManifests">Not all that describes the backup is beside it yet.</param>
public sealed record RunRecord(long BytesRead, long BytesStored, string? ToolLog, string? Warning, bool OwesManifests = false);
