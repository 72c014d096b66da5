using System.Buffers.Binary;
using BackupApp.Engines.Archives;

namespace BackupApp.Engines.Postgres.Archives;

/// <summary>A number as pg_dump writes it: a byte for the sign and four for the amount, little end first.</summary>
internal sealed class ArchiveInt : IPiece
{
    private const int Length = 5;

    private readonly FixedBytes _bytes = new(Length);
    private bool _begun;

    public int Value { get; private set; }

    public bool Take(ref ReadOnlySpan<byte> bytes)
    {
        if (!_begun && bytes.Length >= Length)
        {
            Value = Read(bytes);
            bytes = bytes[Length..];
            return true;
        }

        if (!_begun)
            _bytes.Next(Length);
        _begun = !_bytes.Take(ref bytes);
        if (_begun)
            return false;
        Value = Read(_bytes.Value);
        return true;
    }

    // Object ids above two billion are written as negative numbers, down to the smallest.
    private static int Read(ReadOnlySpan<byte> bytes)
    {
        var amount = BinaryPrimitives.ReadUInt32LittleEndian(bytes[1..]);
        return bytes[0] switch
        {
            0 when amount <= int.MaxValue => (int)amount,
            1 when amount <= 1u << 31 => (int)-(long)amount,
            _ => throw new DamagedArchiveException("A number is not one."),
        };
    }
}
