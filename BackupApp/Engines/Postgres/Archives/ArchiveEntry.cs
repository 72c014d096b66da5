namespace BackupApp.Engines.Postgres.Archives;

/// <summary>
/// A line of an archive's list of contents, as <c>pg_restore --list</c> prints them: something to create, or the rows of a table.
/// </summary>
public sealed record ArchiveEntry
{
    /// <summary>Its number within the archive, above 0: what <c>pg_restore --use-list</c> selects by.</summary>
    public required int DumpId { get; init; }

    /// <summary>Whether a block of data belongs to it.</summary>
    public required bool HasData { get; init; }

    /// <summary>The object's ids in the catalogue of the dumped database; 0 where it has none.</summary>
    public uint TableOid { get; init; }

    public uint Oid { get; init; }

    /// <summary>Its name; for functions with the arguments.</summary>
    public required string Tag { get; init; }

    /// <summary>In pg_dump's words: <c>TABLE</c>, <c>TABLE DATA</c>, <c>FK CONSTRAINT</c>…</summary>
    public required string Kind { get; init; }

    public required ArchiveSection Section { get; init; }

    /// <summary>The SQL that makes it. Null where there is none, or the reader was not asked to keep it.</summary>
    public string? Definition { get; init; }

    /// <summary>Whether the data is what <c>COPY</c> reads; else it is SQL.</summary>
    public bool IsCopied { get; init; }

    public string? Schema { get; init; }

    public string? Tablespace { get; init; }

    /// <summary>Null where pg_dump does not say, as for extensions.</summary>
    public string? Owner { get; init; }

    /// <summary>The catalogue's letter for the kind of relation (<c>r</c>, <c>p</c>…) from format 1.16 on; else null.</summary>
    public char? RelationKind { get; init; }

    /// <summary>Dump ids of what must be restored before. Some may not be in the archive.</summary>
    public IReadOnlyList<int> Dependencies { get; init; } = [];
}

/// <summary>When it is restored; the numbers are pg_dump's.</summary>
public enum ArchiveSection
{
    None = 1,
    PreData,
    Data,
    PostData,
}
