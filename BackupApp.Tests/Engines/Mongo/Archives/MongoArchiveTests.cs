using BackupApp.Engines;
using BackupApp.Engines.Archives;
using BackupApp.Inventories;
using BackupApp.Tests.Engines.Archives;

namespace BackupApp.Tests.Engines.Mongo.Archives;

/// <summary>Archives of a real mongodump, and what can be made of them.</summary>
public sealed class MongoArchiveTests
{
    private static readonly string[] Sample =
    [
        "sample.orders Collection 1234",
        "sample.odd name ü Collection 3",
        "sample.capped Collection 1",
        "sample.empty Collection 0",
    ];

    private static readonly string[] WholeServer =
    [
        .. Sample,
        "second.logs Collection 321",
        "admin.system.users Collection 1",
        "admin.system.version Collection 2",
        ".oplog Oplog 1",
    ];

    [Fact]
    public void Documents_views_and_indexes_of_a_database_are_counted()
    {
        var inventory = Read(ArchiveSamples.Read(ArchiveSamples.Mongo)).Inventory();

        Assert.Equal(Sample.Order(), inventory.Lines().Order());
        Assert.Equal(new ArchiveFacts("MongoDB archive", "0.1", "100.13.0", "4.4.6"), inventory.Archive);
        Assert.Equal(new ObjectCounts { Views = 1, Indexes = 5 }, inventory.Objects);
        Assert.Equal(["sample"], inventory.Schemas);
        Assert.Equal(1238, inventory.TotalRows);
    }

    [Fact]
    public void Of_a_whole_server_all_databases_are_read_and_the_oplog_is_in_no_total()
    {
        var inventory = Read(ArchiveSamples.Read(ArchiveSamples.MongoServer)).Inventory();

        Assert.Equal(WholeServer.Order(), inventory.Lines().Order());
        Assert.Equal(["admin", "sample", "second"], inventory.Schemas);
        Assert.Equal(1238 + 321 + 3, inventory.TotalRows);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1021)]
    public void Where_the_blocks_of_the_input_end_makes_no_difference(int block)
    {
        var archive = ArchiveSamples.Read(ArchiveSamples.MongoServer);
        Assert.Equal(Read(archive).Text(), New().ReadBy(archive, block).Text());
    }

    [Fact]
    public void A_changed_document_does_not_fit_its_checksum()
    {
        var archive = ArchiveSamples.Read(ArchiveSamples.Mongo);
        archive[archive.AsSpan().LastIndexOf("customer"u8) + 20] ^= 1;

        var damaged = Assert.IsType<ArchiveReading.Damaged>(Read(archive));

        Assert.Equal("The checksum of sample.orders is not that of its documents.", damaged.What);
        Assert.False(damaged.EndsEarly);
    }

    [Fact]
    public void A_collection_that_was_announced_and_never_came_is_missed()
    {
        var archive = ArchiveSamples.Read(ArchiveSamples.Mongo);
        var prelude = archive.AsSpan().IndexOf(new byte[] { 0xff, 0xff, 0xff, 0xff }) + 4;

        var damaged = Assert.IsType<ArchiveReading.Damaged>(Read(archive[..prelude]));

        Assert.True(damaged.EndsEarly);
        Assert.StartsWith("The end of sample.", damaged.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_version_of_the_format_is_not_read()
    {
        var archive = ArchiveSamples.Read(ArchiveSamples.Mongo);
        archive[archive.AsSpan().IndexOf("0.1\0"u8) + 2] = (byte)'2';
        Assert.Equal("Its format is 0.2; known is 0.1.", Assert.IsType<ArchiveReading.NotRead>(Read(archive)).Reason);
    }

    [Fact]
    public void It_says_which_collection_it_is_at()
    {
        var archive = ArchiveSamples.Read(ArchiveSamples.Mongo);
        var reader = New();
        reader.Write(archive.AsSpan(0, archive.Length - 100));
        Assert.Equal(new ArchiveProgress("orders", 4, 4), reader.Progress);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("123456789", 0x995DC9BBDF1939FA)]
    [InlineData("This is a test of the emergency broadcast system.", 0x27DB187FC15BBC72)]
    public void The_checksum_is_that_of_others(string text, ulong expected)
    {
        var bytes = System.Text.Encoding.ASCII.GetBytes(text);
        Assert.Equal(expected, BackupApp.Engines.Mongo.Archives.Crc64.Append(0, bytes));
        Assert.Equal(expected, bytes.Aggregate(0UL, (crc, b) => BackupApp.Engines.Mongo.Archives.Crc64.Append(crc, [b])));
    }

    private static IArchiveReader New() => ArchiveReaders.For(Engine.Mongodb, ArtifactKind.Database);

    private static ArchiveReading Read(byte[] archive) => New().ReadBy(archive);
}
