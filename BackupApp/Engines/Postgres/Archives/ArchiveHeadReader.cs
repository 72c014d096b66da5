using BackupApp.Engines.Archives;

namespace BackupApp.Engines.Postgres.Archives;

/// <summary>Collects an archive's entries, within a limit.</summary>
internal sealed class ArchiveHeadReader
{
    private const int BufferSize = 64 * 1024;
    private const int MostDefinition = 16 * 1024 * 1024;
    private const int MostStatement = 256 * 1024;

    // A million large objects, an entry each, take some 300 MiB.
    private const long MostKept = 1L << 30;
    private const int EntrySize = 200;

    private static readonly EntryDetail Detail = new(Definition, Dependencies: true);

    private readonly List<ArchiveEntry> _entries = [];
    private readonly HeadSteps _head;
    private readonly IEnumerator<IPiece> _steps;
    private long _kept;

    public ArchiveHeadReader()
    {
        _head = new HeadSteps(Add, Detail);
        _steps = _head.All().GetEnumerator();
        _steps.MoveNext();
    }

    public async Task<ArchiveHead> ReadAsync(Stream archive, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferSize];
        for (var length = 0L; ;)
        {
            var read = await archive.ReadAsync(buffer, cancellationToken);
            if (read == 0)
                throw new InvalidDataException("The archive ends within its list of contents.");
            if (Feed(buffer.AsSpan(0, read)) is { } rest)
                return new ArchiveHead(_head.Header!, _entries, length + read - rest);
            length += read;
        }
    }

    // How many bytes are left over; null when more are needed.
    private int? Feed(ReadOnlySpan<byte> bytes)
    {
        try
        {
            while (_steps.Current.Take(ref bytes))
            {
                if (!_steps.MoveNext())
                    return bytes.Length;
            }

            return null;
        }
        catch (Exception e) when (e is DamagedArchiveException or UnreadArchiveException)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    // What belongs to the database itself, which a restore under another name has to say anew, and what names roles.
    private static int Definition(string kind, string? tag) => kind switch
    {
        "DATABASE" or "DATABASE PROPERTIES" => MostDefinition,
        "ACL" or "DEFAULT ACL" or "POLICY" or "SCHEMA" or "FK CONSTRAINT" => MostStatement,
        "COMMENT" when tag?.StartsWith(ArchiveHead.DatabaseTag, StringComparison.Ordinal) == true => MostStatement,
        _ => 0,
    };

    private void Add(ArchiveEntry entry)
    {
        var chars = entry.Tag.Length + (entry.Definition?.Length ?? 0) + (entry.Schema?.Length ?? 0) + (entry.Owner?.Length ?? 0);
        _kept += EntrySize + (sizeof(char) * chars) + (sizeof(int) * entry.Dependencies.Count);
        if (_kept > MostKept)
            throw new UnreadArchiveException("Its list of contents is too long.");
        _entries.Add(entry);
    }
}
