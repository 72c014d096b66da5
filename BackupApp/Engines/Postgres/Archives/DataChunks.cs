using System.Buffers.Binary;
using BackupApp.Engines.Archives;

namespace BackupApp.Engines.Postgres.Archives;

/// <summary>
/// The data of one table or large object: chunks with their length before them, up to one of no length. Newlines are counted and the last
/// bytes are remembered while they pass. This is where nearly all of an archive goes through.
/// </summary>
internal sealed class DataChunks : IPiece
{
    private const int TailLength = sizeof(ulong);
    private const int NewlineBits = 8;

    // What COPY's rows end with in an archive: the end mark, and the two empty lines that pg_dump adds.
    private static readonly byte[] EndMark = "\\.\n\n\n"u8.ToArray();
    private static readonly ulong EndMarkTail = Tail(EndMark);
    private static readonly ulong EndMarkMask = ulong.MaxValue << ((TailLength - EndMark.Length) * 8);

    private readonly ArchiveInt _length = new();
    private int _left;
    private bool _counts;
    private long _newlines;
    private ulong _tail;

    /// <summary>As they are in the archive, compressed or not.</summary>
    public long Bytes { get; private set; }

    /// <summary>
    /// Rows that COPY reads: each is a line, since newlines within values are escaped. Null where the end mark is not in its place.
    /// </summary>
    public long? Rows => EndsWithMark ? _newlines - EndMark.Count(b => b == (byte)'\n') : null;

    /// <summary>Of the rows alone; null as <see cref="Rows"/>.</summary>
    public long? RowBytes => EndsWithMark ? Bytes - EndMark.Length : null;

    // The mark stands on a line of its own.
    private bool EndsWithMark => _counts && Bytes >= EndMark.Length && (_tail & EndMarkMask) == EndMarkTail
        && (Bytes == EndMark.Length || (byte)(_tail >> ((TailLength - EndMark.Length - 1) * NewlineBits)) == (byte)'\n');

    /// <param name="counts">Whether rows are counted.</param>
    public DataChunks Next(bool counts)
    {
        _counts = counts;
        _left = 0;
        _newlines = 0;
        _tail = 0;
        Bytes = 0;
        return this;
    }

    public bool Take(ref ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            if (_left > 0)
            {
                var here = bytes[..Math.Min(_left, bytes.Length)];
                if (_counts)
                    Count(here);
                Bytes += here.Length;
                _left -= here.Length;
                bytes = bytes[here.Length..];
                if (_left > 0)
                    return false;
            }

            if (!_length.Take(ref bytes))
                return false;
            if (_length.Value == 0)
                return true;
            _left = _length.Value > 0 ? _length.Value : throw new DamagedArchiveException("A piece of its data has no length.");
        }
    }

    private void Count(ReadOnlySpan<byte> bytes)
    {
        _newlines += bytes.Count((byte)'\n');
        if (bytes.Length >= TailLength)
            _tail = BinaryPrimitives.ReadUInt64LittleEndian(bytes[^TailLength..]);
        else
            _tail = Tail(bytes, _tail);
    }

    // The last bytes, the very last one highest.
    private static ulong Tail(ReadOnlySpan<byte> bytes, ulong tail = 0)
    {
        foreach (var b in bytes)
            tail = (tail >> 8) | ((ulong)b << 56);
        return tail;
    }
}
