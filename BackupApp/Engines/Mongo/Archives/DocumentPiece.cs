using System.Buffers.Binary;
using BackupApp.Engines.Archives;

namespace BackupApp.Engines.Mongo.Archives;

/// <summary>One document of the archive itself, or the mark that ends a block in its place.</summary>
internal sealed class DocumentPiece : IPiece
{
    /// <summary>What stands in the place of a document's length at the end of a block.</summary>
    public const int Terminator = -1;

    /// <summary>MongoDB's own limit is 16 MiB and 16 KiB.</summary>
    public const int MostBytes = 17 * 1024 * 1024;

    public const int LeastBytes = 5;

    private const int FirstBuffer = 1024;

    private byte[] _buffer = new byte[FirstBuffer];
    private int _have;
    private int _length;

    public bool IsTerminator => _length == Terminator;

    public ReadOnlySpan<byte> Document => _buffer.AsSpan(0, _length);

    public DocumentPiece Next()
    {
        _have = 0;
        return this;
    }

    public bool Take(ref ReadOnlySpan<byte> bytes)
    {
        if (!TakeUpTo(sizeof(int), ref bytes))
            return false;
        _length = BinaryPrimitives.ReadInt32LittleEndian(_buffer);
        if (IsTerminator)
            return true;
        return _length is >= LeastBytes and <= MostBytes
            ? TakeUpTo(_length, ref bytes)
            : throw new DamagedArchiveException("A document of the archive itself makes no sense.");
    }

    // The buffer grows with what came, never with what was promised.
    private bool TakeUpTo(int length, ref ReadOnlySpan<byte> bytes)
    {
        var taken = Math.Min(Math.Max(length - _have, 0), bytes.Length);
        if (_have + taken > _buffer.Length)
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _have + taken));
        bytes[..taken].CopyTo(_buffer.AsSpan(_have));
        bytes = bytes[taken..];
        _have += taken;
        return _have >= length;
    }
}
