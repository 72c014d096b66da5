using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Policies;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.History;

/// <summary>What one run that left a backup came to. Whether that expired since does not matter.</summary>
/// <param name="TakenAt">When it began.</param>
/// <param name="BytesRead">Dumped.</param>
public sealed record RunFigure(
    Guid JobId, DateTimeOffset TakenAt, RunStatus Status, long BytesRead, long BytesStored, TimeSpan Duration);

/// <summary>How the runs of one day ended, by the day on which they were queued.</summary>
/// <param name="Day">For whom it was asked.</param>
public sealed record RunDay(DateOnly Day, int Good, int Partial, int Failed, int Canceled)
{
    /// <summary>Ended well, and what they left is no good any more.</summary>
    public int Damaged { get; init; }

    public int Ended => Good + Partial + Failed + Canceled + Damaged;
}

/// <summary>The figures behind a source's charts. Each is one query along an index, whatever the length of the history.</summary>
public sealed class RunFigures(AppDbContext db)
{
    /// <summary>The newest runs that left a backup, oldest first.</summary>
    /// <param name="most">At least 1.</param>
    public async Task<IReadOnlyList<RunFigure>> NewestAsync(Guid dataSourceId, int most, CancellationToken cancellationToken)
    {
        var rows = await db.Set<BackupJob>().AsNoTracking()
            .Where(j =>
                j.DataSourceId == dataSourceId
                && (j.Status == RunStatus.Success || j.Status == RunStatus.Partial)
                && j.StartedAt != null
                && j.FinishedAt != null)
            .OrderByDescending(j => j.CreatedAt).ThenByDescending(j => j.Id)
            .Take(most)
            .Select(j => new { j.Id, From = j.StartedAt!.Value, To = j.FinishedAt!.Value, j.Status, j.BytesRead, j.BytesStored })
            .ToListAsync(cancellationToken);
        rows.Reverse();
        return rows.ConvertAll(r => new RunFigure(r.Id, r.From, r.Status, r.BytesRead, r.BytesStored, r.To - r.From));
    }

    /// <summary>Days on which something ended, in no order.</summary>
    public async Task<IReadOnlyList<RunDay>> DaysAsync(Guid dataSourceId, DayGrid days, CancellationToken cancellationToken)
    {
        var rows = await db.Database.SqlQuery<BucketRow>(
            $"""
            select width_bucket(created_at, {days.Starts}) as "Bucket",
                count(*) filter (where status = 'success' and damaged_at is null)::int as "Good",
                count(*) filter (where status = 'partial' and damaged_at is null)::int as "Partial",
                count(*) filter (where status in ('success', 'partial') and damaged_at is not null)::int as "Damaged",
                count(*) filter (where status = 'failed')::int as "Failed", count(*) filter (where status = 'canceled')::int as "Canceled"
            from backup_jobs
            where data_source_id = {dataSourceId} and created_at >= {days.Since} and status not in ('queued', 'running')
            group by 1
            """).ToListAsync(cancellationToken);
        return rows.ConvertAll(
            r => new RunDay(days.OfBucket(r.Bucket), r.Good, r.Partial, r.Failed, r.Canceled) { Damaged = r.Damaged });
    }

    private sealed record BucketRow(int Bucket, int Good, int Partial, int Failed, int Canceled, int Damaged);
}
