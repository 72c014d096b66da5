using BackupApp.Runs;

namespace BackupApp.Backups;

public static class BackupJobQueries
{
    /// <summary>Those with something at their destination. One whose deletion is under way counts: its keys are still needed.</summary>
    public static IQueryable<BackupJob> Stored(this IQueryable<BackupJob> jobs) =>
        jobs.Where(j => j.DeletedAt == null && (j.Status == RunStatus.Success || j.Status == RunStatus.Partial));
}
