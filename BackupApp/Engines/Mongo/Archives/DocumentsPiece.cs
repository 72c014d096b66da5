using System.Buffers.Binary;
using BackupApp.Engines.Archives;

namespace BackupApp.Engines.Mongo.Archives;

/// <summary>The documents of one collection up to the end of their block: counted, measured and checked, not looked into.</summary>
internal sealed class DocumentsPiece : IPiece
{
    private readonly FixedBytes _length = new(sizeof(int));
    private CollectionFigures? _collection;
    private int _left;

    /// <param name="collection">Null where only the block's end may come.</param>
    public DocumentsPiece Next(CollectionFigures? collection)
    {
        _collection = collection;
        _left = 0;
        _length.Next(sizeof(int));
        return this;
    }

    public bool Take(ref ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            if (!_length.IsBegun)
            {
                var passed = Pass(bytes);
                Add(bytes[..passed]);
                bytes = bytes[passed..];
            }

            if (_left > 0 || !_length.Take(ref bytes))
                return false;
            var length = BinaryPrimitives.ReadInt32LittleEndian(_length.Value);
            if (length == DocumentPiece.Terminator)
                return true;
            Begin(length);
            Add(_length.Value);
            _left = length - sizeof(int);
            _length.Next(sizeof(int));
        }
    }

    // Documents that lie here one after the other, up to a length that is not all here or the
    // block's end: their checksum is reckoned at once.
    private int Pass(ReadOnlySpan<byte> bytes)
    {
        var at = Math.Min(_left, bytes.Length);
        _left -= at;
        while (_left == 0 && bytes.Length - at >= sizeof(int))
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[at..]);
            if (length == DocumentPiece.Terminator)
                break;
            Begin(length);
            var here = Math.Min(length, bytes.Length - at);
            at += here;
            _left = length - here;
        }

        return at;
    }

    private void Begin(int length)
    {
        if (_collection is null || length is < DocumentPiece.LeastBytes or > DocumentPiece.MostBytes)
            throw new DamagedArchiveException("A document makes no sense.");
        _collection.Rows++;
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;
        _collection!.Checksum = Crc64.Append(_collection.Checksum, bytes);
        _collection.Bytes += bytes.Length;
    }
}
