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
            if (_left > 0)
            {
                var here = bytes[..Math.Min(_left, bytes.Length)];
                Add(here);
                bytes = bytes[here.Length..];
                _left -= here.Length;
                if (_left > 0)
                    return false;
            }

            if (!_length.Take(ref bytes))
                return false;
            if (BinaryPrimitives.ReadInt32LittleEndian(_length.Value) == DocumentPiece.Terminator)
                return true;
            Begin(BinaryPrimitives.ReadInt32LittleEndian(_length.Value));
        }
    }

    private void Begin(int length)
    {
        if (_collection is null || length is < DocumentPiece.LeastBytes or > DocumentPiece.MostBytes)
            throw new DamagedArchiveException("A document makes no sense.");
        Add(_length.Value);
        _collection.Rows++;
        _left = length - sizeof(int);
        _length.Next(sizeof(int));
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        _collection!.Checksum = Crc64.Append(_collection.Checksum, bytes);
        _collection.Bytes += bytes.Length;
    }
}
