namespace BackupApp.Tests.Support;

/// <summary>What <c>/Jobs/{id}?handler=Status</c> says.</summary>
public sealed record JobStatus(
    string Status,
    long BytesRead,
    long BytesStored,
    long? DurationMs,
    string? ErrorSummary,
    string? RestoreCommand)
{
    public bool IsOver => Status is not ("queued" or "running");
}
