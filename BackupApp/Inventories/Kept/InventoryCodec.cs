using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;

namespace BackupApp.Inventories.Kept;

/// <summary>
/// How inventories are kept. A shape is JSON without figures; figures are numbers of 7 bits a byte, low end first and the high bit set
/// but in the last byte: all rows, then all bytes. Both are compressed by Brotli.
/// </summary>
internal static class InventoryCodec
{
    private const int More = 0x80;
    private const int Bits = 7;

    public static (byte[] Body, byte[] Hash) Shape(Inventory inventory)
    {
        var shape = inventory with
        {
            Tables = [.. inventory.Tables.Select(t => t with { Rows = null, Bytes = 0 })],
            LargeObjects = new LargeObjects(0, 0),
        };
        var json = JsonSerializer.SerializeToUtf8Bytes(shape, InventoryJson.Options);
        return (Compress(json), SHA256.HashData(json));
    }

    public static Inventory Shape(byte[] body) => JsonSerializer.Deserialize<Inventory>(Decompress(body), InventoryJson.Options)!;

    public static byte[] Figures(IReadOnlyList<InventoryTable> tables)
    {
        var numbers = new ArrayBufferWriter<byte>();
        foreach (var table in tables)
            Write(numbers, table.Rows ?? 0);
        foreach (var table in tables)
            Write(numbers, table.Bytes);
        return Compress(numbers.WrittenSpan);
    }

    /// <summary>First all rows, then all bytes.</summary>
    /// <param name="tables">How many there are.</param>
    public static long[] Figures(byte[] body, int tables)
    {
        var numbers = new long[2 * tables];
        var bytes = Decompress(body).AsSpan();
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = Read(ref bytes);
        return numbers;
    }

    /// <summary>The inventory again, as far as it was kept.</summary>
    public static Inventory Whole(Inventory shape, byte[] figures, LargeObjects largeObjects)
    {
        var count = shape.Tables.Count;
        var numbers = Figures(figures, count);
        return shape with
        {
            Tables = [.. shape.Tables.Select((t, i) => t with { Rows = RowsOf(t, numbers[i]), Bytes = numbers[count + i] })],
            LargeObjects = largeObjects,
        };
    }

    public static long? RowsOf(InventoryTable table, long rows) => table.State == RowsState.Counted ? rows : null;

    private static void Write(ArrayBufferWriter<byte> numbers, long number)
    {
        var rest = (ulong)number;
        for (; rest >= More; rest >>= Bits)
            Write(numbers, (byte)(rest | More));
        Write(numbers, (byte)rest);
    }

    private static void Write(ArrayBufferWriter<byte> numbers, byte b)
    {
        numbers.GetSpan(1)[0] = b;
        numbers.Advance(1);
    }

    private static long Read(ref Span<byte> bytes)
    {
        var number = 0UL;
        for (var shift = 0; ; shift += Bits)
        {
            var b = bytes[0];
            bytes = bytes[1..];
            number |= (ulong)(b & ~More) << shift;
            if (b < More)
                return (long)number;
        }
    }

    private static byte[] Compress(ReadOnlySpan<byte> bytes)
    {
        var body = new MemoryStream();
        using (var brotli = new BrotliStream(body, CompressionLevel.Optimal, leaveOpen: true))
            brotli.Write(bytes);
        return body.ToArray();
    }

    private static byte[] Decompress(byte[] body)
    {
        using var brotli = new BrotliStream(new MemoryStream(body), CompressionMode.Decompress);
        var bytes = new MemoryStream();
        brotli.CopyTo(bytes);
        return bytes.ToArray();
    }
}
