namespace BackupApp.Inventories.Changes;

/// <summary>What changed from one inventory to another. A pure function of the two.</summary>
/// <param name="Tables">Those that changed, the heaviest first.</param>
public sealed record ContentChanges(
    IReadOnlyList<TableChange> Tables, IReadOnlyList<ExtensionChange> Extensions, IReadOnlyList<CountChange> Objects)
{
    /// <summary>Of the tables whose rows are known of both runs, or that are in one only.</summary>
    public long RowsBefore { get; init; }

    public long RowsAfter { get; init; }

    /// <summary>Of the tables that are not left out of one of the two.</summary>
    public long BytesBefore { get; init; }

    public long BytesAfter { get; init; }

    /// <summary>Whether rows were counted at all, in both.</summary>
    public bool KnowsRows { get; init; }

    public bool IsNothing => Tables.Count == 0 && Extensions.Count == 0 && Objects.Count == 0;

    /// <param name="beforeIsWhole">False where only the largest tables are kept: others cannot be told from those that are gone.</param>
    public static ContentChanges Between(Inventory before, Inventory after, bool beforeIsWhole = true, bool afterIsWhole = true)
    {
        var pairs = Pairs(before, after).Where(p => p is { Before: not null, After: not null } || (beforeIsWhole && afterIsWhole)).ToList();
        var sameTool = before.Archive.Tool == after.Archive.Tool;
        var told = pairs.Where(p => !IsLeftOut(p.Before) && !IsLeftOut(p.After)).ToList();
        var counted = told.Where(p => p.Before?.State != RowsState.NotRead && p.After?.State != RowsState.NotRead).ToList();
        return new(
            [
                .. pairs.Select(p => Change(p.Before, p.After, sameTool)).OfType<TableChange>()
                    .OrderBy(t => t.Change)
                    .ThenByDescending(t => Math.Abs(t.RowsDelta))
                    .ThenByDescending(t => Math.Abs(t.BytesDelta))
                    .ThenBy(t => t.Schema, StringComparer.Ordinal)
                    .ThenBy(t => t.Name, StringComparer.Ordinal),
            ],
            ObjectChanges.Extensions(before, after),
            ObjectChanges.Counts(before.Objects, after.Objects))
        {
            RowsBefore = counted.Sum(p => p.Before?.Rows ?? 0),
            RowsAfter = counted.Sum(p => p.After?.Rows ?? 0),
            BytesBefore = told.Sum(p => p.Before?.Bytes ?? 0),
            BytesAfter = told.Sum(p => p.After?.Bytes ?? 0),
            KnowsRows = before.RowsNotRead is null && after.RowsNotRead is null,
        };
    }

    private static IEnumerable<(InventoryTable? Before, InventoryTable? After)> Pairs(Inventory before, Inventory after)
    {
        var old = before.Tables.Where(IsUsers).DistinctBy(Key).ToDictionary(Key);
        foreach (var table in after.Tables.Where(IsUsers).DistinctBy(Key))
            yield return (old.Remove(Key(table), out var was) ? was : null, table);
        foreach (var table in old.Values)
            yield return (table, null);
    }

    private static TableChange? Change(InventoryTable? before, InventoryTable? after, bool sameTool)
    {
        var redefined = before is not null && after is not null && IsRedefined(before, after, sameTool);
        return KindOf(before, after) is { } kind ? Of(kind) : redefined ? Of(TableChangeKind.Redefined) : null;

        TableChange Of(TableChangeKind change)
        {
            var table = (after ?? before)!;
            return new(
                table.Schema, table.Name, table.Kind, change, before?.Rows, after?.Rows, before?.Bytes, after?.Bytes, redefined);
        }
    }

    private static TableChangeKind? KindOf(InventoryTable? before, InventoryTable? after) => (before, after) switch
    {
        (null, _) => TableChangeKind.New,
        (_, null) => TableChangeKind.Gone,
        _ when IsLeftOut(before) || IsLeftOut(after) => null,
        // A table that now has partitions, or the other way round: how many rows it lost nobody knows, and its bytes lie elsewhere.
        ({ Rows: not null }, { Rows: null }) or ({ Rows: null }, { Rows: not null }) => null,
        ({ Rows: > 0 }, { Rows: 0 }) => TableChangeKind.Emptied,
        ({ Rows: { } was }, { Rows: { } rows }) when was != rows => rows < was ? TableChangeKind.Shrank : TableChangeKind.Grew,
        _ when before.Bytes != after.Bytes => after.Bytes < before.Bytes ? TableChangeKind.Shrank : TableChangeKind.Grew,
        _ => null,
    };

    // Another version of the tool may write the same definition in other words.
    private static bool IsRedefined(InventoryTable before, InventoryTable after, bool sameTool) =>
        before.Owner != after.Owner
        || before.Kind != after.Kind
        || (sameTool && before.Definition is { } was && after.Definition is { } now && was != now);

    private static bool IsUsers(InventoryTable table) => table.Kind != TableKind.Oplog;

    private static bool IsLeftOut(InventoryTable? table) => table?.State == RowsState.LeftOut;

    private static (string Schema, string Name) Key(InventoryTable table) => (table.Schema, table.Name);
}
