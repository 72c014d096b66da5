using BackupApp.Data;
using BackupApp.Inventories.Kept;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Backups;

/// <summary>
/// How long the tables of inventories are kept: while the backup is there, for a source's newest runs, and while a run whose own are kept
/// has an open warning that they show to be true. Totals stay.
/// </summary>
public static class KeptRuns
{
    public const int Newest = 30;

    /// <summary>Lets go of a source's tables that are kept no longer. Costs as much as it has backups, not as it ever had.</summary>
    /// <remarks>Without what was there before it, the next run would be compared with the loss itself, and the warning would end.</remarks>
    public static async Task PruneAsync(AppDbContext db, Guid dataSourceId, CancellationToken cancellationToken)
    {
        await db.LockInventoriesAsync(dataSourceId, cancellationToken);
        var pruned = await db.Database.ExecuteSqlAsync(
            $"""
            update artifact_inventories i set shape_id = null, figures = null
            from backup_jobs j
            where i.data_source_id = {dataSourceId} and i.figures is not null
              and j.id = i.job_id and j.deleted_at is not null
              and i.taken_at < (
                select min(taken_at) from (
                  select distinct taken_at from artifact_inventories
                  where data_source_id = {dataSourceId} order by taken_at desc limit {Newest}) newest)
              and i.artifact_id not in (
                select w.baseline_id from artifact_inventories warned
                join content_warnings w on w.artifact_id = warned.artifact_id and w.silenced_at is null
                where warned.data_source_id = {dataSourceId} and warned.figures is not null)
            """,
            cancellationToken);
        if (pruned == 0)
            return;
        await db.Database.ExecuteSqlAsync(
            $"""
            delete from inventory_shapes s
            where s.data_source_id = {dataSourceId} and not exists (select from artifact_inventories i where i.shape_id = s.id)
            """,
            cancellationToken);
    }
}
