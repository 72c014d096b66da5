using BackupApp.Data;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Restores;

/// <summary>Reads the history of restores, newest first, page by page along its index.</summary>
public sealed class RestoreHistory(AppDbContext db)
{
    public const int PageSize = 25;

    /// <param name="dataSourceId">Null for all.</param>
    /// <param name="after">Older than this.</param>
    /// <param name="before">Newer than this; at most one of the two.</param>
    /// <param name="status">Null for all.</param>
    public Task<RunPage<RestoreRow>> PageAsync(
        Guid? dataSourceId,
        RestoreTrigger trigger,
        KeysetCursor? after,
        KeysetCursor? before,
        int size,
        CancellationToken cancellationToken,
        RunStatus? status = null,
        bool oldestFirst = false)
    {
        var jobs = db.Set<RestoreJob>().AsNoTracking().Where(j => j.Trigger == trigger);
        if (dataSourceId is { } source)
            jobs = jobs.Where(j => j.DataSourceId == source);
        if (status is { } state)
            jobs = jobs.Where(j => j.Status == state);
        return jobs.PageAsync(RestoreRow.Of, Cursor, after, before, size, cancellationToken, oldestFirst);
    }

    private static KeysetCursor Cursor(RestoreRow row) => new(row.CreatedAt, row.Id);
}
