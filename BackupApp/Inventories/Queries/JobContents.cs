using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using BackupApp.Data;
using BackupApp.Inventories.Kept;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Inventories.Queries;

public enum ContentsSort
{
    Name,
    Rows,
    Bytes,
}

/// <summary>Which tables of a backup, and in which order.</summary>
/// <param name="Search">A part of <c>schema.name</c>, in any case.</param>
/// <param name="Descending">The largest first, or names from their end.</param>
/// <param name="Database">Of a whole server, only this one.</param>
public sealed record ContentsFilter(
    string? Search = null, ContentsSort Sort = ContentsSort.Name, bool Descending = false, string? Database = null);

public sealed record ContentsTable(string Database, InventoryTable Table);

/// <param name="Found">How many there are on all pages.</param>
/// <param name="Next">The cursor of the next page; null on the last.</param>
/// <param name="Parts">What was read of each artifact, in the order of their names.</param>
public sealed record ContentsPage(IReadOnlyList<ContentsTable> Tables, int Found, string? Next, IReadOnlyList<KeptContents> Parts);

/// <summary>What is in one backup, page by page. The tables of a run are read as a whole: they are one compact row.</summary>
public sealed class JobContents(AppDbContext db)
{
    /// <summary>What was read of each artifact, without its tables.</summary>
    public async Task<IReadOnlyList<KeptInventory>> PartsAsync(Guid jobId, CancellationToken cancellationToken) =>
        await db.Set<KeptInventory>().AsNoTracking().Where(i => i.JobId == jobId).OrderBy(i => i.Part).ToListAsync(cancellationToken);

    /// <summary>Whether it may be a page's <see cref="ContentsPage.Next"/>, or none.</summary>
    public static bool IsCursor(string? text) => string.IsNullOrEmpty(text) || Place.Parse(text) is not null;

    /// <param name="after">The page before's <see cref="ContentsPage.Next"/>; what no page ever made begins at the start.</param>
    public async Task<ContentsPage> PageAsync(
        Guid jobId, ContentsFilter filter, string? after, int size, CancellationToken cancellationToken)
    {
        var parts = await ReadAsync(jobId, cancellationToken);
        var tables = Fitting(parts, filter);
        var start = Place.Parse(after) is { } place ? tables.TakeWhile(t => Compare(filter, Place.Of(filter, t), place) <= 0).Count() : 0;
        var page = tables.Skip(start).Take(size).ToList();
        var next = start + page.Count < tables.Count ? Place.Of(filter, page[^1]).ToString() : null;
        return new(page, tables.Count, next, parts);
    }

    /// <summary>All of them, in the filter's order.</summary>
    public async Task<IReadOnlyList<ContentsTable>> AllAsync(Guid jobId, ContentsFilter filter, CancellationToken cancellationToken) =>
        Fitting(await ReadAsync(jobId, cancellationToken), filter);

    private Task<IReadOnlyList<KeptContents>> ReadAsync(Guid jobId, CancellationToken cancellationToken) =>
        db.Set<KeptInventory>().AsNoTracking().Where(i => i.JobId == jobId).OrderBy(i => i.Part).WithTablesAsync(db, cancellationToken);

    private static List<ContentsTable> Fitting(IReadOnlyList<KeptContents> parts, ContentsFilter filter)
    {
        var tables = parts
            .SelectMany(r => (r.Inventory?.Tables ?? []).Select(t => new ContentsTable(r.Row.Database, t)))
            .Where(Fits)
            .ToList();
        tables.Sort((a, b) => Compare(filter, Place.Of(filter, a), Place.Of(filter, b)));
        return tables;

        bool Fits(ContentsTable table) =>
            (filter.Database is null || filter.Database == table.Database)
            && (string.IsNullOrEmpty(filter.Search)
                || $"{table.Table.Schema}.{table.Table.Name}".Contains(filter.Search, StringComparison.OrdinalIgnoreCase));
    }

    private static int Compare(ContentsFilter filter, Place a, Place b)
    {
        var byNumber = a.Number.CompareTo(b.Number);
        if (byNumber != 0)
            return filter.Descending ? -byNumber : byNumber;
        var byName = (string.CompareOrdinal(a.Database, b.Database), string.CompareOrdinal(a.Schema, b.Schema)) switch
        {
            (0, 0) => string.CompareOrdinal(a.Name, b.Name),
            (0, var schema) => schema,
            (var database, _) => database,
        };
        return filter is { Descending: true, Sort: ContentsSort.Name } ? -byName : byName;
    }

    /// <summary>Where a table stands in the order; also the cursor that goes on after it.</summary>
    private sealed record Place(long Number, string Database, string Schema, string Name)
    {
        public static Place Of(ContentsFilter filter, ContentsTable table) => new(
            filter.Sort switch
            {
                ContentsSort.Rows => table.Table.Rows ?? -1,
                ContentsSort.Bytes => table.Table.Bytes,
                _ => 0,
            },
            table.Database,
            table.Table.Schema,
            table.Table.Name);

        public override string ToString() => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(this));

        public static Place? Parse(string? text)
        {
            try
            {
                return string.IsNullOrEmpty(text) ? null : JsonSerializer.Deserialize<Place>(Base64Url.DecodeFromChars(text));
            }
            catch (Exception e) when (e is JsonException or FormatException or DecoderFallbackException)
            {
                return null;
            }
        }
    }
}
