using BackupApp.Data;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Runs;

/// <summary>One page of a history, newest first unless it was asked for the other way round.</summary>
/// <param name="Newer">Null on the first page.</param>
/// <param name="Older">Null on the last page.</param>
public sealed record RunPage<TRow>(IReadOnlyList<TRow> Rows, KeysetCursor? Newer, KeysetCursor? Older);

/// <summary>Reads histories page by page along their index.</summary>
public static class RunPages
{
    /// <param name="project">What is shown of a run.</param>
    /// <param name="cursor">A row's place.</param>
    /// <param name="after">Older than this.</param>
    /// <param name="before">Newer than this; at most one of the two.</param>
    /// <param name="size">At most so many rows. At least 1.</param>
    /// <param name="oldestFirst">The first page is that of the oldest, and each page begins with its oldest.</param>
    public static async Task<RunPage<TRow>> PageAsync<T, TRow>(
        this IQueryable<T> runs,
        Func<IQueryable<T>, IQueryable<TRow>> project,
        Func<TRow, KeysetCursor> cursor,
        KeysetCursor? after,
        KeysetCursor? before,
        int size,
        CancellationToken cancellationToken,
        bool oldestFirst = false)
        where T : Run
    {
        if (after is { } a)
            runs = runs.Where(r => EF.Functions.LessThan(ValueTuple.Create(r.CreatedAt, r.Id), ValueTuple.Create(a.CreatedAt, a.Id)));
        if (before is { } b)
            runs = runs.Where(r => EF.Functions.GreaterThan(ValueTuple.Create(r.CreatedAt, r.Id), ValueTuple.Create(b.CreatedAt, b.Id)));
        // From the cursor on, or from the end where the list begins.
        var upwards = before is not null || (oldestFirst && after is null);
        runs = upwards
            ? runs.OrderBy(r => r.CreatedAt).ThenBy(r => r.Id)
            : runs.OrderByDescending(r => r.CreatedAt).ThenByDescending(r => r.Id);

        // One more than shown tells whether there is another page.
        var rows = await project(runs.Take(size + 1)).ToListAsync(cancellationToken);
        var more = rows.Count > size;
        if (more)
            rows.RemoveAt(size);
        if (upwards != oldestFirst)
            rows.Reverse();
        var hasNewer = upwards ? more : after is not null;
        var hasOlder = upwards ? before is not null : more;
        if (rows.Count == 0)
            return new(rows, null, null);
        var (newest, oldest) = oldestFirst ? (rows[^1], rows[0]) : (rows[0], rows[^1]);
        return new(rows, hasNewer ? cursor(newest) : null, hasOlder ? cursor(oldest) : null);
    }
}
