using BackupApp.Data;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Restores;

/// <param name="Newer">Null on the first page.</param>
/// <param name="Older">Null on the last page.</param>
public sealed record RestorePage(IReadOnlyList<RestoreRow> Rows, KeysetCursor? Newer, KeysetCursor? Older);

/// <summary>Reads the history of restores, newest first, page by page along its index.</summary>
public sealed class RestoreHistory(AppDbContext db)
{
    public const int PageSize = 25;

    /// <param name="dataSourceId">Null for all.</param>
    /// <param name="after">Older than this.</param>
    /// <param name="before">Newer than this; at most one of the two.</param>
    public async Task<RestorePage> PageAsync(
        Guid? dataSourceId, RestoreTrigger trigger, KeysetCursor? after, KeysetCursor? before, int size,
            CancellationToken cancellationToken)
    {
        var jobs = db.Set<RestoreJob>().AsNoTracking().Where(j => j.Trigger == trigger);
        if (dataSourceId is { } source)
            jobs = jobs.Where(j => j.DataSourceId == source);
        if (after is { } a)
            jobs = jobs.Where(j => EF.Functions.LessThan(ValueTuple.Create(j.CreatedAt, j.Id), ValueTuple.Create(a.CreatedAt, a.Id)));
        if (before is { } b)
            jobs = jobs.Where(j => EF.Functions.GreaterThan(ValueTuple.Create(j.CreatedAt, j.Id), ValueTuple.Create(b.CreatedAt, b.Id)));
        jobs = before is null
            ? jobs.OrderByDescending(j => j.CreatedAt).ThenByDescending(j => j.Id)
            : jobs.OrderBy(j => j.CreatedAt).ThenBy(j => j.Id);

        // One more than shown tells whether there is another page.
        var rows = await RestoreRow.Of(jobs.Take(size + 1)).ToListAsync(cancellationToken);
        var more = rows.Count > size;
        if (more)
            rows.RemoveAt(size);
        if (before is not null)
            rows.Reverse();
        var (hasNewer, hasOlder) = (before is not null ? more : after is not null, before is not null || more);
        return new(rows, hasNewer && rows.Count > 0 ? Cursor(rows[0]) : null, hasOlder && rows.Count > 0 ? Cursor(rows[^1]) : null);
    }

    private static KeysetCursor Cursor(RestoreRow row) => new(row.CreatedAt, row.Id);
}
