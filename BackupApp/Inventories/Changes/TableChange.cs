namespace BackupApp.Inventories.Changes;

/// <summary>What became of a table from one run to another; the heaviest first.</summary>
public enum TableChangeKind
{
    Emptied,
    Gone,

    /// <summary>It has fewer rows, or where rows are not known fewer bytes.</summary>
    Shrank,
    New,

    /// <summary>Neither more rows nor fewer, but another definition, owner or kind.</summary>
    Redefined,
    Grew,
}

/// <summary>One table that is not as it was.</summary>
/// <param name="RowsBefore">Null where they are not known, or it was not there.</param>
/// <param name="BytesBefore">Null where it was not there.</param>
/// <param name="SchemaChanged">Its definition, owner or kind is another.</param>
public sealed record TableChange(
    string Schema,
    string Name,
    TableKind Kind,
    TableChangeKind Change,
    long? RowsBefore,
    long? RowsAfter,
    long? BytesBefore,
    long? BytesAfter,
    bool SchemaChanged)
{
    /// <summary>0 where they cannot be compared.</summary>
    public long RowsDelta => IsCountedOnce ? 0 : (RowsAfter ?? 0) - (RowsBefore ?? 0);

    public long BytesDelta => IsCountedOnce ? 0 : (BytesAfter ?? 0) - (BytesBefore ?? 0);

    // It was there both times, and kept rows of its own only in one of them: it has partitions now, or no more.
    private bool IsCountedOnce =>
        BytesBefore is not null && BytesAfter is not null && (RowsBefore is null) != (RowsAfter is null);
}
