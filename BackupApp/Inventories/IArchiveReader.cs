namespace BackupApp.Inventories;

/// <summary>
/// Reads an archive's structure while its bytes pass: in pieces of any size, without keeping them, in bounded memory whatever it is
/// given. It allocates nothing for the rows. Not for several threads at once, but for <see cref="Progress"/>.
/// </summary>
public interface IArchiveReader
{
    /// <summary>What the reader is at; null before the first table. Any thread may ask.</summary>
    ArchiveProgress? Progress { get; }

    /// <summary>
    /// Takes the next bytes. It never throws: what goes wrong is in <see cref="Complete"/>, and bytes after that are ignored.
    /// </summary>
    void Write(ReadOnlySpan<byte> bytes);

    /// <summary>The input is over: what was it? May be called again.</summary>
    ArchiveReading Complete();
}

/// <summary>"orders, 3 of 41 tables".</summary>
/// <param name="Table">With its schema where it is not the usual one; for people.</param>
/// <param name="Number">From 1.</param>
/// <param name="Total">How many tables with rows the archive has.</param>
public sealed record ArchiveProgress(string Table, int Number, int Total);

/// <summary>What an archive turned out to be.</summary>
public abstract record ArchiveReading
{
    private ArchiveReading()
    {
    }

    /// <summary>Its structure is whole.</summary>
    public sealed record Whole(Inventory Inventory) : ArchiveReading;

    /// <summary>
    /// It could not be judged: an unknown form or version, a limit, or a fault of the reader. Nothing is said against the archive.
    /// </summary>
    /// <param name="Reason">A sentence.</param>
    public sealed record NotRead(string Reason) : ArchiveReading;

    /// <summary>A known form that is not whole: nothing restores all of it.</summary>
    /// <param name="What">A sentence that says what is wrong.</param>
    /// <param name="Where">For people, for example <c>in the rows of public.orders, after 1,234 bytes</c>.</param>
    /// <param name="EndsEarly">True when it stops before its end, as a cut file; false when what is there makes no sense.</param>
    /// <param name="SoFar">What was read before; null when that is nothing.</param>
    public sealed record Damaged(string What, string Where, bool EndsEarly, Inventory? SoFar) : ArchiveReading;
}
