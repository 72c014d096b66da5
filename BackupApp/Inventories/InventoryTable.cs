namespace BackupApp.Inventories;

/// <summary>One table, partition or collection.</summary>
/// <param name="Schema">PostgreSQL's schema; of MongoDB the database.</param>
/// <param name="Owner">Null where the archive does not say.</param>
/// <param name="Rows">As of the dump's snapshot; null unless <paramref name="State"/> is <see cref="RowsState.Counted"/>.</param>
/// <param name="Bytes">Of its rows as the tool wrote them, without the archive's frame around them.</param>
public sealed record InventoryTable(string Schema, string Name, string? Owner, TableKind Kind, RowsState State, long? Rows, long Bytes)
{
    /// <summary>
    /// A hash of its definition as the tool wrote it: another one is another definition, where the tool is the same. Null where none is
    /// known.
    /// </summary>
    public uint? Definition { get; init; }
}

public enum TableKind
{
    Table,

    /// <summary>Its rows are in its partitions.</summary>
    PartitionedTable,

    Partition,

    /// <summary>Its rows are on another server.</summary>
    ForeignTable,

    Collection,

    /// <summary>MongoDB's: one row is one bucket of measurements.</summary>
    TimeSeries,

    /// <summary>MongoDB's: what changed during the dump. It is no table of the users', so no total holds it.</summary>
    Oplog,
}

/// <summary>What is known of a table's rows.</summary>
public enum RowsState
{
    Counted,

    /// <summary>It keeps none itself: see its kind.</summary>
    NoneOfItsOwn,

    /// <summary>The table is in the archive, its rows are not: somebody asked for that.</summary>
    LeftOut,

    /// <summary>They are there and were not counted: see <see cref="Inventory.RowsNotRead"/>.</summary>
    NotRead,
}
