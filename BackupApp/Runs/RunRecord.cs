using BackupApp.Tools;

namespace BackupApp.Runs;

/// <summary>What an execution leaves on its run, whatever its end.</summary>
/// <param name="BytesStored">Sent so far, of what may yet fail.</param>
/// <param name="OwesManifests">Not all that describes the backup is beside it yet.</param>
public sealed record RunRecord(long BytesRead, long BytesStored, string? ToolLog, string? Warning, bool OwesManifests = false)
{
    /// <summary>The tools' own connection, of several the weakest; null where none has read anything.</summary>
    public ToolConnection? Connection { get; init; }
}
