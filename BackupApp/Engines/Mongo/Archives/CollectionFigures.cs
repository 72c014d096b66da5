using BackupApp.Inventories;

namespace BackupApp.Engines.Mongo.Archives;

/// <summary>A collection while its archive is read.</summary>
internal sealed class CollectionFigures(string database, string name, TableKind kind)
{
    public string Name => name;

    public string FullName => database.Length == 0 ? name : $"{database}.{name}";

    /// <summary>It is announced like a collection, and has blocks without documents.</summary>
    public bool IsView { get; set; }

    public long Rows { get; set; }

    public long Bytes { get; set; }

    /// <summary>CRC-64 of its documents so far.</summary>
    public ulong Checksum { get; set; }

    public bool HasBegun { get; set; }

    public bool HasEnded { get; set; }

    public InventoryTable ToTable() => HasEnded
        ? new(database, name, null, kind, RowsState.Counted, Rows, Bytes)
        : new(database, name, null, kind, RowsState.NotRead, null, Bytes);
}
