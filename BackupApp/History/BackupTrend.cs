using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.History;

/// <summary>The last successful backup of one day.</summary>
/// <param name="Bytes">Stored.</param>
public sealed record TrendPoint(DateTimeOffset FinishedAt, long Bytes, TimeSpan Duration);

/// <summary>How size and duration of a data source's backups develop.</summary>
public sealed class BackupTrend(AppDbContext db, TimeProvider time)
{
    public const int MaxDays = 366;

    /// <summary>One point for each day (in UTC) with a successful backup, oldest first. Backups that expired since count too.</summary>
    /// <param name="days">1 to <see cref="MaxDays"/>.</param>
    public async Task<IReadOnlyList<TrendPoint>> OfAsync(Guid dataSourceId, int days, CancellationToken cancellationToken)
    {
        var since = time.GetUtcNow().AddDays(-days);
        var jobs = await db.Set<BackupJob>().AsNoTracking()
            .Where(j => j.DataSourceId == dataSourceId && j.Status == RunStatus.Success && j.CreatedAt >= since)
            .OrderBy(j => j.CreatedAt)
            .Select(j => new { j.StartedAt, j.FinishedAt, j.BytesStored })
            .ToListAsync(cancellationToken);
        return
        [
            .. jobs.Where(j => j.FinishedAt is not null)
                .GroupBy(j => j.FinishedAt!.Value.UtcDateTime.Date)
                .Select(day => day.Last())
                .Select(j => new TrendPoint(j.FinishedAt!.Value, j.BytesStored, j.FinishedAt.Value - (j.StartedAt ?? j.FinishedAt.Value))),
        ];
    }
}
