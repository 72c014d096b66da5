using System.IO.Hashing;
using System.Runtime.InteropServices;
using BackupApp.Inventories;

namespace BackupApp.Engines.Postgres.Archives;

/// <summary>A table while its archive is read.</summary>
internal sealed class TableFigures(string schema, string name)
{
    private const char PartitionedRelation = 'p';

    public string Schema => schema;

    public string Name => name;

    public string? Owner { get; set; }

    public TableKind Kind { get; set; }

    /// <summary>Whether its definition says so; one that has rows of its own is none.</summary>
    public bool LooksPartitioned { get; set; }

    /// <summary>See <see cref="InventoryTable.Definition"/>.</summary>
    public uint? Definition { get; set; }

    public bool HasData { get; set; }

    /// <summary>Whether its rows are what COPY reads.</summary>
    public bool IsCopied { get; set; }

    public long? Rows { get; set; }

    public long Bytes { get; set; }

    /// <summary>The entry is what makes it.</summary>
    // Before PostgreSQL 14, a partition's own definition attaches it; before 17, only its definition says that a table is partitioned.
    public void Describe(ArchiveEntry entry)
    {
        var definition = entry.Definition ?? "";
        Definition = XxHash32.HashToUInt32(MemoryMarshal.AsBytes(definition.AsSpan()));
        LooksPartitioned = entry.RelationKind is { } kind
            ? kind == PartitionedRelation
            : definition.Contains("\nPARTITION BY ", StringComparison.Ordinal);
        if (entry.Kind == "FOREIGN TABLE")
            Kind = TableKind.ForeignTable;
        else if (definition.Contains(" ATTACH PARTITION ", StringComparison.Ordinal))
            Kind = TableKind.Partition;
    }

    /// <summary>The entry is its rows.</summary>
    public TableFigures WithRows(ArchiveEntry entry)
    {
        HasData = entry.HasData;
        IsCopied = entry.IsCopied;
        return this;
    }

    public InventoryTable ToTable()
    {
        var kind = Kind is TableKind.Table or TableKind.Partition && LooksPartitioned && !HasData ? TableKind.PartitionedTable : Kind;
        return new(schema, name, Owner, kind, State(kind), Rows, Bytes) { Definition = Definition };
    }

    private RowsState State(TableKind kind)
    {
        if (!HasData)
            return kind is TableKind.PartitionedTable or TableKind.ForeignTable ? RowsState.NoneOfItsOwn : RowsState.LeftOut;
        return Rows is null ? RowsState.NotRead : RowsState.Counted;
    }
}
