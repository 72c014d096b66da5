using BackupApp.Data;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Restores.Batches;

/// <summary>Restores that were asked for together.</summary>
/// <param name="Rows">In the order in which they run.</param>
public sealed record RestoreBatch(Guid Id, IReadOnlyList<RestoreRow> Rows)
{
    public bool IsActive => Rows.Any(r => r.Status is RunStatus.Queued or RunStatus.Running);

    public int Queued => Rows.Count(r => r.Status == RunStatus.Queued);

    public int Ended => Rows.Count(r => r.FinishedAt is not null);

    public int Succeeded => Rows.Count(r => r.Status == RunStatus.Success);
}

public sealed class BatchReader(AppDbContext db)
{
    /// <returns>Null where there is no such batch.</returns>
    public async Task<RestoreBatch?> ReadAsync(Guid id, CancellationToken cancellationToken)
    {
        var jobs = db.Set<RestoreJob>().AsNoTracking().Where(j => j.BatchId == id).OrderBy(j => j.BatchPosition);
        var rows = await RestoreRow.Of(jobs).ToListAsync(cancellationToken);
        return rows.Count == 0 ? null : new(id, rows);
    }
}
