using BackupApp.Engines.Restores;
using BackupApp.Errors;
using BackupApp.Inventories;

namespace BackupApp.Engines.Mongo.Restores;

/// <summary>What of an archive an order restores.</summary>
/// <param name="Tables">Collections, views and time series of the archive.</param>
/// <param name="Unknown">Picked, and not in the archive.</param>
internal sealed record PickedCollections(IReadOnlyList<InventoryTable> Tables, IReadOnlyList<string> Unknown)
{
    private const int MostNamed = 10;

    /// <summary>Those whose documents can be counted.</summary>
    public IReadOnlyList<InventoryTable> Counted => [.. Tables.Where(t => t.Kind == TableKind.Collection)];

    /// <summary>Null where all that was picked is there.</summary>
    public string? Note => Unknown.Count == 0
        ? null
        : $"Not in this backup: {string.Join(", ", Unknown.Take(MostNamed))}{(Unknown.Count > MostNamed ? ", …" : "")}.";

    /// <summary>The whole database, picked as a schema or because nothing is: collections that are picked besides add nothing.</summary>
    public static bool IsWhole(RestoreOrder order) =>
        order.Selection.IsEverything || order.Selection.Schemas.Contains(order.Dump.Name);

    /// <param name="archive">All that is in it.</param>
    public static PickedCollections Of(RestoreOrder order, Inventory archive)
    {
        var there = archive.Tables.Where(t => t.Kind != TableKind.Oplog && t.Schema == order.Dump.Name).ToList();
        var names = there.Select(t => new PickedTable(t.Schema, t.Name)).ToHashSet();
        var picked = order.Selection.Tables.ToHashSet();
        return new(
            IsWhole(order) ? there : there.FindAll(t => picked.Contains(new(t.Schema, t.Name))),
            [
                .. order.Selection.Schemas.Where(s => s != order.Dump.Name),
                .. order.Selection.Tables.Where(t => !names.Contains(t)).Select(t => $"{t.Schema}.{t.Name}"),
            ]);
    }

    /// <summary>Before anything is changed: mongorestore takes a pattern that fits nothing for a restore that went well.</summary>
    /// <exception cref="RestoreFailedException"><c>nothing_picked</c></exception>
    public void RequireAny()
    {
        if (Tables.Count > 0)
            return;
        throw new RestoreFailedException(
            RunStage.Read,
            "nothing_picked",
            Unknown.Count == 0 ? "This backup holds no collection. Nothing was changed on the target."
                : "This backup holds nothing of what was picked. Nothing was changed on the target.",
            Note);
    }
}
