namespace BackupApp.Engines.Postgres.Archives;

/// <summary>
/// An archive up to its first block of data: enough to list it, to restore what is not rows, and to choose what to restore. It is a valid
/// archive by itself for <c>pg_restore --section=pre-data</c> and <c>--section=post-data</c>.
/// </summary>
/// <param name="Length">Bytes up to the first block of data.</param>
public sealed record ArchiveHead(ArchiveHeader Header, IReadOnlyList<ArchiveEntry> Entries, long Length)
{
    /// <summary>What the tags of a database's comment and grants begin with; its name follows.</summary>
    public const string DatabaseTag = "DATABASE ";

    /// <summary>The entry that makes the database, with its definition; null where the archive has none.</summary>
    public ArchiveEntry? Database => Entries.FirstOrDefault(e => e.Kind == "DATABASE");

    /// <summary>
    /// Reads no more of the stream than it needs, but for the rest of its last block. Definitions are kept of the database with its
    /// comment and grants, and of grants, policies, schemas and foreign keys.
    /// </summary>
    /// <exception cref="InvalidDataException">It is no archive that is known, or ends within its head; the message is a
    /// sentence.</exception>
    public static Task<ArchiveHead> ReadAsync(Stream archive, CancellationToken cancellationToken) =>
        new ArchiveHeadReader().ReadAsync(archive, cancellationToken);

    /// <summary>These entries and all that they need before them, in the archive's order; the rows of a table need the table.</summary>
    /// <param name="dumpIds">Those that are not in the archive are passed over.</param>
    public IReadOnlyList<ArchiveEntry> WithDependencies(IEnumerable<int> dumpIds)
    {
        var byId = Entries.ToLookup(e => e.DumpId);
        var wanted = new HashSet<int>();
        var open = new Stack<int>(dumpIds);
        while (open.TryPop(out var id))
        {
            if (!wanted.Add(id))
                continue;
            foreach (var needed in byId[id].SelectMany(e => e.Dependencies))
                open.Push(needed);
        }

        return [.. Entries.Where(e => wanted.Contains(e.DumpId))];
    }
}
