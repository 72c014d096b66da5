using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.History;

/// <summary>A run beside another of the same source.</summary>
public sealed record NeighbourJob(Guid Id, DateTimeOffset At, RunStatus Status);

/// <summary>The runs before and after one, in the order of its source's history.</summary>
/// <param name="Older">Null for the first one.</param>
/// <param name="Newer">Null for the newest.</param>
public sealed record JobNeighbours(NeighbourJob? Older, NeighbourJob? Newer)
{
    public static async Task<JobNeighbours> OfAsync(AppDbContext db, BackupJob job, CancellationToken cancellationToken)
    {
        var (created, id, source) = (job.CreatedAt, job.Id, job.DataSourceId);
        var jobs = db.Set<BackupJob>().AsNoTracking().Where(j => j.DataSourceId == source);
        var older = await jobs
            .Where(j => EF.Functions.LessThan(ValueTuple.Create(j.CreatedAt, j.Id), ValueTuple.Create(created, id)))
            .OrderByDescending(j => j.CreatedAt).ThenByDescending(j => j.Id)
            .Select(j => new NeighbourJob(j.Id, j.StartedAt ?? j.CreatedAt, j.Status))
            .FirstOrDefaultAsync(cancellationToken);
        var newer = await jobs
            .Where(j => EF.Functions.GreaterThan(ValueTuple.Create(j.CreatedAt, j.Id), ValueTuple.Create(created, id)))
            .OrderBy(j => j.CreatedAt).ThenBy(j => j.Id)
            .Select(j => new NeighbourJob(j.Id, j.StartedAt ?? j.CreatedAt, j.Status))
            .FirstOrDefaultAsync(cancellationToken);
        return new(older, newer);
    }
}
