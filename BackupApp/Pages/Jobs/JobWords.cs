using BackupApp.Backups;
using BackupApp.History;
using BackupApp.Runs;

namespace BackupApp.Pages.Jobs;

/// <summary>What is stored of a job as a short word, as people read it.</summary>
public static class JobWords
{
    public static string Of(RunStatus status) => status switch
    {
        RunStatus.Queued => "Queued",
        RunStatus.Running => "Running",
        RunStatus.Success => "Success",
        RunStatus.Partial => "Partial",
        RunStatus.Failed => "Failed",
        _ => "Canceled",
    };

    public static string Of(BackupTrigger trigger) => trigger == BackupTrigger.Manual ? "By hand" : "On schedule";

    /// <summary>What became of what was stored; null while it is there.</summary>
    public static string? Gone(JobRow job) => (job.DeletionMarkedAt, job.DeletionFailed, job.DeletionReason) switch
    {
        (null, _, _) => null,
        (_, true, _) => "Still stored: deleting it fails",
        (_, _, DeletionReason.UserDeleted) => "Deleted",
        (_, _, DeletionReason.DestinationDeleted) => "Forgotten",
        _ => "Expired",
    };
}
