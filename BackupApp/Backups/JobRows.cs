using BackupApp.Data;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Backups;

/// <summary>The rows that a run's conditional updates speak of.</summary>
internal static class JobRows
{
    public static IQueryable<BackupJob> Job(this AppDbContext db, Guid id) => db.Set<BackupJob>().Where(j => j.Id == id);

    public static IQueryable<BackupJob> Queued(this AppDbContext db, Guid id) => db.Job(id).Where(j => j.Status == BackupStatus.Queued);

    /// <summary>The job's row while it is this run's.</summary>
    public static IQueryable<BackupJob> Mine(this AppDbContext db, ClaimedJob job) =>
        db.Job(job.Id).Where(j => j.Status == BackupStatus.Running && j.WorkerId == job.WorkerId);

    public static IQueryable<BackupArtifact> Artifact(this AppDbContext db, BackupArtifact artifact) => db.Set<BackupArtifact>().Where(a => a.Id == artifact.Id);

    public static IQueryable<BackupArtifact> ArtifactsOf(this AppDbContext db, ClaimedJob job) => db.Set<BackupArtifact>().Where(a => a.JobId == job.Id);

    /// <summary>Locks the job's row for this transaction, so that nobody takes the job over in the middle of a change to its artifacts.</summary>
    public static async Task<bool> HoldAsync(this IQueryable<BackupJob> mine, CancellationToken cancellationToken) =>
        await mine.ExecuteUpdateAsync(set => set.SetProperty(j => j.HeartbeatAt, _ => DateTimeOffset.UtcNow), cancellationToken) == 1;
}
