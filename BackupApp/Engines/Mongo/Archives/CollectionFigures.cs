using BackupApp.Inventories;

namespace BackupApp.Engines.Mongo.Archives;

/// <summary>A collection while its archive is read.</summary>
internal sealed class CollectionFigures(string database, string name, TableKind kind)
{
    public string Name => name;

    public string FullName => database.Length == 0 ? name : $"{database}.{name}";

    /// <summary>It is announced like a collection, and has blocks without documents.</summary>
    public bool IsView { get; set; }

    /// <summary>A hash of its options and indexes; null where they are not known.</summary>
    public uint? Definition { get; set; }

    public long Rows { get; set; }

    public long Bytes { get; set; }

    /// <summary>CRC-64 of its documents so far.</summary>
    public ulong Checksum { get; set; }

    public bool HasBegun { get; set; }

    public bool HasEnded { get; set; }

    public InventoryTable ToTable() =>
        new(database, name, null, kind, HasEnded ? RowsState.Counted : RowsState.NotRead, HasEnded ? Rows : null, Bytes)
        {
            Definition = Definition,
        };
}
