using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Policies;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.DataSources;

/// <summary>Reads what is to be known of many sources before something is done to them.</summary>
public static class BulkRows
{
    /// <param name="ids">Those that are gone are left out.</param>
    /// <returns>By name.</returns>
    public static async Task<IReadOnlyList<BulkRow>> ReadAsync(
        AppDbContext db, IReadOnlyList<Guid> ids, CancellationToken cancellationToken)
    {
        var sources = await db.Set<DataSource>().AsNoTracking().Where(s => ids.Contains(s.Id)).OrderBy(s => s.Name)
            .ToListAsync(cancellationToken);
        var attached = (await (
            from attachment in db.Set<PolicyAttachment>().AsNoTracking()
            join policy in db.Set<BackupPolicy>() on attachment.PolicyId equals policy.Id
            where ids.Contains(attachment.DataSourceId)
            orderby attachment.Priority descending, attachment.CreatedAt, attachment.Id
            select new { attachment.DataSourceId, attachment.IsEnabled, policy.Name }).ToListAsync(cancellationToken))
            .ToLookup(a => a.DataSourceId);
        var jobs = db.Set<BackupJob>().Where(j => ids.Contains(j.DataSourceId));
        var kept = await jobs.Stored().Where(j => j.DeletionMarkedAt == null).GroupBy(j => j.DataSourceId)
            .Select(g => new { g.Key, Count = g.Count(), Bytes = g.Sum(j => j.BytesStored) })
            .ToDictionaryAsync(g => g.Key, cancellationToken);
        var active = await jobs.Where(j => j.Status == RunStatus.Queued || j.Status == RunStatus.Running).GroupBy(j => j.DataSourceId)
            .Select(g => new { g.Key, Count = g.Count() })
            .ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        return
        [
            .. sources.Select(s => new BulkRow(
                s,
                [.. attached[s.Id].Select(a => a.Name)],
                attached[s.Id].FirstOrDefault(a => a.IsEnabled)?.Name,
                kept.GetValueOrDefault(s.Id)?.Count ?? 0,
                kept.GetValueOrDefault(s.Id)?.Bytes ?? 0,
                active.GetValueOrDefault(s.Id))),
        ];
    }
}
