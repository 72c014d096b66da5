using BackupApp.Data;
using BackupApp.Inventories.Kept;
using BackupApp.Runs;

namespace BackupApp.Backups;

/// <summary>Which backup says what a data source holds.</summary>
public static class ReadBackups
{
    /// <summary>
    /// The newest run that has ended with a backup and of which some database was read; none where there is no such run. Not one that is
    /// under way: what a server has beside its databases is dumped first, and holds no tables.
    /// </summary>
    public static IQueryable<Guid> NewestRead(this AppDbContext db, Guid dataSourceId)
    {
        var ended = db.Set<BackupJob>().Where(j => j.Status == RunStatus.Success || j.Status == RunStatus.Partial);
        return db.Set<KeptInventory>()
            .Where(i => i.DataSourceId == dataSourceId && i.NotRead == null)
            .WithData()
            .Where(i => ended.Any(j => j.Id == i.JobId))
            .OrderByDescending(i => i.TakenAt)
            .Select(i => i.JobId)
            .Take(1);
    }

    /// <summary>The parts of a partial backup that are not in it, in their order; none of any other.</summary>
    public static IQueryable<BackupArtifact> MissingFrom(this AppDbContext db, Guid jobId) => db.Set<BackupArtifact>()
        .Where(a => a.JobId == jobId && a.Status != ArtifactStatus.Success)
        .Where(a => db.Set<BackupJob>().Any(j => j.Id == jobId && j.Status == RunStatus.Partial))
        .OrderBy(a => a.Position);
}
