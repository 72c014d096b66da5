using System.Buffers.Binary;
using System.Text;
using BackupApp.Engines.Archives;

namespace BackupApp.Engines.Mongo.Archives;

/// <summary>The fields of one BSON document, one after the other, for the few kinds that archives use in their own.</summary>
internal ref struct BsonFields
{
    private const byte Double = 0x01;
    private const byte Text = 0x02;
    private const byte Boolean = 0x08;
    private const byte Int32 = 0x10;
    private const byte Int64 = 0x12;

    private ReadOnlySpan<byte> _rest;
    private byte _kind;
    private ReadOnlySpan<byte> _value;

    /// <param name="document">Whole, with its length at the front and a zero at its end.</param>
    public BsonFields(ReadOnlySpan<byte> document)
    {
        if (document.Length < 5 || document[^1] != 0)
            throw Malformed();
        _rest = document[4..^1];
    }

    public ReadOnlySpan<byte> Name { get; private set; }

    public readonly string? AsText => _kind == Text ? Encoding.UTF8.GetString(AsUtf8) : null;

    public readonly ReadOnlySpan<byte> AsUtf8 => _kind == Text ? _value[4..^1] : [];

    public readonly bool AsBoolean => _kind == Boolean && _value[0] == 1;

    public readonly long AsInt64 => _kind == Int64 ? BinaryPrimitives.ReadInt64LittleEndian(_value) : 0;

    public bool MoveNext()
    {
        if (_rest.IsEmpty)
            return false;
        _kind = _rest[0];
        var name = _rest[1..];
        var end = name.IndexOf((byte)0);
        if (end < 0)
            throw Malformed();
        Name = name[..end];
        var after = name[(end + 1)..];
        var length = Length(_kind, after);
        if (length > after.Length)
            throw Malformed();
        _value = after[..(int)length];
        _rest = after[(int)length..];
        return true;
    }

    private static long Length(byte kind, ReadOnlySpan<byte> value) => kind switch
    {
        Double or Int64 => 8,
        Boolean => 1,
        Int32 => 4,
        Text when value.Length >= 4 && BinaryPrimitives.ReadInt32LittleEndian(value) is > 0 and var length => 4L + length,
        _ => throw Malformed(),
    };

    private static DamagedArchiveException Malformed() => new("A document of the archive itself makes no sense.");
}
