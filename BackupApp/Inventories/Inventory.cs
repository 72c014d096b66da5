namespace BackupApp.Inventories;

/// <summary>What one artifact holds, as its own structure tells it: read from the stream while it was dumped, or from a file.</summary>
public sealed record Inventory
{
    public required ArchiveFacts Archive { get; init; }

    /// <summary>Null where the archive does not say which database it was made of.</summary>
    public DatabaseFacts? Database { get; init; }

    /// <summary>Everything that can hold rows, in the order of the archive.</summary>
    public IReadOnlyList<InventoryTable> Tables { get; init; } = [];

    public ObjectCounts Objects { get; init; } = new();

    public LargeObjects LargeObjects { get; init; } = new(0, 0);

    public IReadOnlyList<InventoryExtension> Extensions { get; init; } = [];

    public IReadOnlyList<string> Schemas { get; init; } = [];

    /// <summary>
    /// Roles that own something or that something is granted to: a server that lacks one cannot restore everything. Sorted.
    /// </summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    public IReadOnlyList<string> Tablespaces { get; init; } = [];

    /// <summary>A sentence that says why rows of some table were not read; null when all were.</summary>
    public string? RowsNotRead { get; init; }

    /// <summary>Of the tables whose rows were read.</summary>
    public long TotalRows => Tables.Where(t => t.Kind != TableKind.Oplog).Sum(t => t.Rows ?? 0);

    /// <summary>Of the tables, without large objects.</summary>
    public long TotalBytes => Tables.Where(t => t.Kind != TableKind.Oplog).Sum(t => t.Bytes);
}

/// <summary>What the archive says of itself.</summary>
/// <param name="Format">In words, for example <c>PostgreSQL custom format</c>.</param>
/// <param name="Version">Of the format, for example <c>1.14</c>; null where it has none.</param>
/// <param name="Tool">The dump tool's version.</param>
/// <param name="Server">The database server's version.</param>
/// <param name="Compression">The tool's own: <c>none</c>, <c>gzip</c>, <c>lz4</c> or <c>zstd</c>.</param>
public sealed record ArchiveFacts(string Format, string? Version, string? Tool, string? Server, string Compression = "none");

/// <summary>Large objects of PostgreSQL.</summary>
/// <param name="Bytes">Null where they are compressed by the tool.</param>
public sealed record LargeObjects(long Count, long? Bytes);

/// <param name="Version">Null where the archive does not say, as those of pg_dump.</param>
public sealed record InventoryExtension(string Name, string? Version);

/// <summary>
/// How many there are of what holds no rows. Indexes and constraints are those with an entry of their own: an index that belongs to a
/// constraint counts as the constraint, and what stands within a table's definition (<c>NOT NULL</c>, most of <c>CHECK</c>) not at all.
/// </summary>
public sealed record ObjectCounts
{
    public int Views { get; init; }

    public int MaterializedViews { get; init; }

    public int Indexes { get; init; }

    public int Constraints { get; init; }

    /// <summary>With procedures and aggregates.</summary>
    public int Functions { get; init; }

    /// <summary>With event triggers.</summary>
    public int Triggers { get; init; }

    public int Sequences { get; init; }

    /// <summary>Row security policies.</summary>
    public int Policies { get; init; }

    public int Publications { get; init; }

    public int Subscriptions { get; init; }

    /// <summary>All of them with their names in words, for example <c>Materialized views</c>.</summary>
    public (string Objects, int Count)[] Named() =>
    [
        ("Views", Views),
        ("Materialized views", MaterializedViews),
        ("Indexes", Indexes),
        ("Constraints", Constraints),
        ("Functions", Functions),
        ("Triggers", Triggers),
        ("Sequences", Sequences),
        ("Policies", Policies),
        ("Publications", Publications),
        ("Subscriptions", Subscriptions),
    ];
}
