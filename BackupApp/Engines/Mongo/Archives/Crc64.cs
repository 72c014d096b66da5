using System.Buffers.Binary;

namespace BackupApp.Engines.Mongo.Archives;

/// <summary>
/// The checksum that mongodump's archives carry: CRC-64 of ECMA-182, bits mirrored (also called CRC-64/XZ and, in Go, ECMA). .NET has
/// only the form that is not mirrored. Eight bytes at a time, by eight tables.
/// </summary>
internal static class Crc64
{
    private const ulong Polynomial = 0xC96C5795D7870F42;
    private const int TableSize = 256;

    private static readonly ulong[] Tables = MakeTables();

    /// <param name="crc">Of what came before; 0 at the beginning.</param>
    public static ulong Append(ulong crc, ReadOnlySpan<byte> bytes)
    {
        var tables = Tables.AsSpan(0, 8 * TableSize);
        crc = ~crc;
        while (bytes.Length >= sizeof(ulong))
        {
            crc ^= BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            crc = tables[(7 * TableSize) + (byte)crc]
                ^ tables[(6 * TableSize) + (byte)(crc >> 8)]
                ^ tables[(5 * TableSize) + (byte)(crc >> 16)]
                ^ tables[(4 * TableSize) + (byte)(crc >> 24)]
                ^ tables[(3 * TableSize) + (byte)(crc >> 32)]
                ^ tables[(2 * TableSize) + (byte)(crc >> 40)]
                ^ tables[TableSize + (byte)(crc >> 48)]
                ^ tables[(byte)(crc >> 56)];
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var b in bytes)
            crc = tables[(byte)(crc ^ b)] ^ (crc >> 8);
        return ~crc;
    }

    // The first table is of one byte; each next is of a byte with one more zero byte behind it.
    private static ulong[] MakeTables()
    {
        var tables = new ulong[8 * TableSize];
        for (var i = 0; i < TableSize; i++)
        {
            var crc = (ulong)i;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * Polynomial);
            tables[i] = crc;
        }

        for (var i = TableSize; i < tables.Length; i++)
        {
            var before = tables[i - TableSize];
            tables[i] = tables[(byte)before] ^ (before >> 8);
        }

        return tables;
    }
}
