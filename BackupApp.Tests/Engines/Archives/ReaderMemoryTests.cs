using System.Buffers.Binary;
using BackupApp.Engines;
using BackupApp.Engines.Archives;
using BackupApp.Engines.Postgres.Archives;
using BackupApp.Inventories;

namespace BackupApp.Tests.Engines.Archives;

/// <summary>A reader keeps what it counts, never what it is given.</summary>
public sealed class ReaderMemoryTests
{
    private const int Rows = 200_000;

    // Against what a test runner does on the same thread.
    private const long Little = 16 * 1024;

    [Fact]
    public async Task Rows_of_postgres_allocate_nothing()
    {
        var archive = ArchiveSamples.Read(ArchiveSamples.Postgres17);
        var head = await ArchiveHead.ReadAsync(new MemoryStream(archive), TestContext.Current.CancellationToken);
        var reader = ArchiveReaders.For(Engine.Postgres, ArtifactKind.Database);
        var orders = head.Entries.Single(e => e is { Kind: "TABLE DATA", Tag: "orders" }).DumpId;
        reader.Write(archive.AsSpan(0, (int)head.Length));
        reader.Write([1, .. Number(orders)]);
        byte[] row = [.. Number(12), .. "4711\tä row\n"u8];

        var allocated = Allocated(reader, row);

        Assert.InRange(allocated, 0, Little);
        reader.Write([.. Number(5), .. "\\.\n\n\n"u8, .. Number(0)]);
        var reading = Assert.IsType<ArchiveReading.Damaged>(reader.Complete());
        var table = reading.SoFar!.Tables.Single(t => t.Name == "orders");
        Assert.Equal((Rows, Rows * 12L), (table.Rows, table.Bytes));
    }

    [Fact]
    public void Documents_of_mongodb_allocate_nothing()
    {
        var archive = ArchiveSamples.Read(ArchiveSamples.Mongo);
        var reader = ArchiveReaders.For(Engine.Mongodb, ArtifactKind.Database);
        var header = "orders\0\u0008EOF\0\0\u0012CRC\0\0\0\0\0\0\0\0\0\0"u8;
        reader.Write(archive.AsSpan(0, archive.AsSpan().IndexOf(header) + header.Length));
        var document = new byte[500];
        BinaryPrimitives.WriteInt32LittleEndian(document, document.Length);

        var allocated = Allocated(reader, document);

        Assert.InRange(allocated, 0, Little);
        var reading = Assert.IsType<ArchiveReading.Damaged>(reader.Complete());
        Assert.Equal(Rows * 500L, reading.SoFar!.Tables.Single(t => t.Name == "orders").Bytes);
    }

    [Fact]
    public void A_length_that_is_only_promised_takes_no_memory()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var postgres = ArchiveReaders.For(Engine.Postgres, ArtifactKind.Database);
        var time = Enumerable.Repeat(Number(1), 7).SelectMany(n => n);
        postgres.Write([.. "PGDMP"u8, 1, 14, 0, 4, 8, 1, .. Number(0), .. time, .. Number(int.MaxValue), .. "x"u8]);
        var mongo = ArchiveReaders.For(Engine.Mongodb, ArtifactKind.Server);
        mongo.Write([0x6d, 0xe2, 0x99, 0x81, 0, 0, 0, 1, 0x10]);

        Assert.IsType<ArchiveReading.Damaged>(postgres.Complete());
        Assert.IsType<ArchiveReading.Damaged>(mongo.Complete());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 * Little);
    }

    private static long Allocated(IArchiveReader reader, byte[] row)
    {
        reader.Write(row);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 1; i < Rows; i++)
            reader.Write(row);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static byte[] Number(int value)
    {
        var number = new byte[5];
        BinaryPrimitives.WriteInt32LittleEndian(number.AsSpan(1), value);
        return number;
    }
}
