using BackupApp.Data;
using BackupApp.Engines.Restores;
using BackupApp.Inventories;
using BackupApp.Inventories.Kept;

namespace BackupApp.Restores;

/// <summary>A schema with all that is in it, or one table (collection), that can be picked from a backup.</summary>
/// <param name="Table">Null for the schema.</param>
/// <param name="Tables">How many tables it stands for.</param>
/// <param name="Rows">Null where they were not counted, or it has none of its own.</param>
public sealed record Pickable(string Schema, string? Table, TableKind? Kind, int Tables, long? Rows, long Bytes)
{
    public string Key => PickKey.Of(Schema, Table);
}

/// <param name="Found">On all pages.</param>
/// <param name="Number">From 1.</param>
public sealed record PickPage(IReadOnlyList<Pickable> Items, int Found, int Number, int Pages);

/// <summary>What a selection comes to.</summary>
/// <param name="Uncounted">Tables whose rows are not known beforehand, such as those of partitions.</param>
/// <param name="Unknown">Picked, and not in what is kept of the backup.</param>
public sealed record PickTotals(int Tables, long Rows, long Bytes, int Uncounted, IReadOnlyList<string> Unknown);

/// <summary>What is kept of a backup's contents, to pick from: searched and paged.</summary>
public sealed class PickList
{
    public const int PageSize = 50;

    private readonly List<InventoryTable> _tables;
    private readonly List<Pickable> _all;
    private readonly HashSet<string> _schemas;

    /// <param name="others">Tables that are in the backup, and not in the inventory.</param>
    public PickList(Inventory inventory, int others)
    {
        _tables = [.. inventory.Tables.Where(t => t.Kind != TableKind.Oplog)];
        _schemas = [.. _tables.Select(t => t.Schema), .. inventory.Schemas];
        var bySchema = _tables.ToLookup(t => t.Schema);
        _all =
        [
            .. _tables.Select(t => new Pickable(t.Schema, t.Name, t.Kind, 1, t.Rows, t.Bytes))
                .Concat(_schemas.Select(s => SchemaOf(s, [.. bySchema[s]])))
                .OrderBy(p => p.Schema, StringComparer.Ordinal)
                .ThenBy(p => p.Table is not null)
                .ThenBy(p => p.Table, StringComparer.Ordinal),
        ];
        OtherTables = others;
    }

    /// <summary>Tables that are in the backup but not listed: only the largest are kept one by one.</summary>
    public int OtherTables { get; }

    public PickTotals Everything => Sum(_tables, []);

    /// <param name="search">A part of <c>schema.name</c>, in any case.</param>
    /// <param name="number">The page, from 1; the nearest there is.</param>
    public PickPage Page(string? search, int number)
    {
        var found = string.IsNullOrWhiteSpace(search) ? _all : _all.FindAll(p => Fits(p, search.Trim()));
        var pages = Math.Max(1, (found.Count + PageSize - 1) / PageSize);
        var page = Math.Clamp(number, 1, pages);
        return new([.. found.Skip((page - 1) * PageSize).Take(PageSize)], found.Count, page, pages);
    }

    public PickTotals Count(RestoreSelection selection)
    {
        var (schemas, tables) = (selection.Schemas.ToHashSet(), selection.Tables.ToHashSet());
        var known = _tables.Select(t => new PickedTable(t.Schema, t.Name)).ToHashSet();
        var unknown = selection.Schemas.Where(s => !_schemas.Contains(s))
            .Concat(selection.Tables.Where(t => !known.Contains(t)).Select(t => $"{t.Schema}.{t.Name}"));
        return Sum(_tables.Where(t => schemas.Contains(t.Schema) || tables.Contains(new(t.Schema, t.Name))), [.. unknown]);
    }

    private static Pickable SchemaOf(string schema, List<InventoryTable> tables) =>
        new(schema, null, null, tables.Count, tables.Sum(t => t.Rows ?? 0), tables.Sum(t => t.Bytes));

    private static bool Fits(Pickable item, string search) =>
        (item.Table is null ? item.Schema : $"{item.Schema}.{item.Table}").Contains(search, StringComparison.OrdinalIgnoreCase);

    private static PickTotals Sum(IEnumerable<InventoryTable> tables, IReadOnlyList<string> unknown)
    {
        var all = tables.ToList();
        return new(all.Count, all.Sum(t => t.Rows ?? 0), all.Sum(t => t.Bytes), all.Count(t => t.Rows is null), unknown);
    }
}

/// <summary>Reads what can be picked from.</summary>
public sealed class PickLists(AppDbContext db)
{
    /// <summary>Null where the tables were not read, or are not kept one by one any more.</summary>
    public async Task<PickList?> ReadAsync(Guid artifactId, CancellationToken cancellationToken) =>
        await db.FindInventoryAsync(artifactId, cancellationToken) is { Inventory: { } inventory, Row: var row }
            ? new(inventory, row.OtherTables)
            : null;
}
