using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Restores;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.Protection;

/// <summary>A backup or restore under way.</summary>
/// <param name="Expected">Bytes that it will probably read; null where nobody knows.</param>
/// <param name="Step">What it is at, and how far: "events, 12 of 41".</param>
public sealed record RunningRun(
    Guid Id, Guid DataSourceId, string Name, bool IsRestore, RunStatus Status, DateTimeOffset? StartedAt, long Read, long? Expected,
    string? Step)
{
    // What is not queued holds a worker; more than this no page shows.
    private const int Most = 20;

    /// <summary>Null where it cannot be said; never all of it before it has ended.</summary>
    public int? Percent => Status == RunStatus.Running && Expected is > 0 and var expected
        ? (int)Math.Clamp(100 * Read / expected, 0, 99)
        : null;

    /// <summary>Those that run first, the longest first; then those that wait.</summary>
    public static async Task<IReadOnlyList<RunningRun>> ReadAsync(AppDbContext db, CancellationToken cancellationToken)
    {
        var backups = await db.Set<BackupJob>().AsNoTracking().Where(j => j.Status == RunStatus.Queued || j.Status == RunStatus.Running)
            .OrderByDescending(j => j.Status).ThenBy(j => j.CreatedAt).Take(Most)
            .Select(j => new
            {
                j.Id,
                j.DataSourceId,
                j.DataSourceName,
                j.Status,
                j.StartedAt,
                j.BytesRead,
                j.ExpectedBytes,
                j.StepName,
                j.StepNumber,
                j.StepTotal,
            })
            .ToListAsync(cancellationToken);
        var restores = await db.Set<RestoreJob>().AsNoTracking().Where(j => j.Status == RunStatus.Queued || j.Status == RunStatus.Running)
            .OrderByDescending(j => j.Status).ThenBy(j => j.CreatedAt).Take(Most)
            .Select(j => new
            {
                j.Id,
                j.DataSourceId,
                j.DataSourceName,
                j.Status,
                j.StartedAt,
                j.BytesRead,
                j.ExpectedRead,
                j.CurrentObject,
                j.ObjectsDone,
                j.ObjectsTotal,
            })
            .ToListAsync(cancellationToken);
        return
        [
            .. backups.Select(j => new RunningRun(
                    j.Id, j.DataSourceId, j.DataSourceName, false, j.Status, j.StartedAt, j.BytesRead, j.ExpectedBytes,
                    StepOf(j.StepName, j.StepNumber, j.StepTotal, "table")))
                .Concat(restores.Select(j => new RunningRun(
                    j.Id, j.DataSourceId, j.DataSourceName, true, j.Status, j.StartedAt, j.BytesRead, j.ExpectedRead,
                    StepOf(j.CurrentObject, j.ObjectsDone, j.ObjectsTotal, "object"))))
                .OrderByDescending(r => r.Status == RunStatus.Running).ThenBy(r => r.StartedAt),
        ];
    }

    private static string? StepOf(string? name, int? number, int? total, string what) => (name, number, total) switch
    {
        (null, _, _) => null,
        (_, { } at, { } all) => $"{name}, {at} of {Ui.Quantity.Count(all, what)}",
        _ => name,
    };
}
