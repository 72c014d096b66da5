using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Stored;

/// <summary>
/// What lies at a destination, or was made of a data source, and has not been deleted: the same
/// numbers for pages and for what refuses to delete.
/// </summary>
/// <param name="Bytes">As stored.</param>
/// <param name="Active">Jobs that are queued or running.</param>
public sealed record StorageUse(int Count, long Bytes, int Active)
{
    public static Task<StorageUse> AtAsync(AppDbContext db, Guid destinationId, CancellationToken cancellationToken) =>
        ReadAsync(db.Set<BackupJob>().Where(j => j.DestinationId == destinationId), cancellationToken);

    public static Task<StorageUse> OfAsync(AppDbContext db, Guid dataSourceId, CancellationToken cancellationToken) =>
        ReadAsync(db.Set<BackupJob>().Where(j => j.DataSourceId == dataSourceId), cancellationToken);

    private static async Task<StorageUse> ReadAsync(IQueryable<BackupJob> jobs, CancellationToken cancellationToken)
    {
        var stored = await jobs.Stored()
            .GroupBy(_ => 1)
            .Select(g => new { Count = g.Count(), Bytes = g.Sum(j => j.BytesStored) })
            .SingleOrDefaultAsync(cancellationToken);
        var active = await jobs.CountAsync(j => j.Status == RunStatus.Queued || j.Status == RunStatus.Running, cancellationToken);
        return new StorageUse(stored?.Count ?? 0, stored?.Bytes ?? 0, active);
    }
}
