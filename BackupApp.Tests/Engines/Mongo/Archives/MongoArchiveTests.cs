using System.Text;
using BackupApp.Engines;
using BackupApp.Engines.Archives;
using BackupApp.Engines.Mongo.Archives;
using BackupApp.Inventories;
using BackupApp.Inventories.Changes;
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

    [Theory]
    [InlineData("customer_1", "customer_2", "orders")]
    [InlineData("40960", "40961", "capped")]
    [InlineData("6e0ad8eab1624a95bec5483cd36b3801", "6e0ad8eab1624a95bec5483cd36b3802", null)]
    public void Another_index_or_option_is_another_definition_and_another_identity_is_not(string was, string now, string? redefined)
    {
        var before = ArchiveSamples.Read(ArchiveSamples.Mongo);
        var after = before.ToArray();
        Encoding.UTF8.GetBytes(now).CopyTo(after, after.AsSpan().IndexOf(Encoding.UTF8.GetBytes(was)));

        var changes = ContentChanges.Between(Read(before).Inventory(), Read(after).Inventory());

        Assert.Equal(redefined is null ? [] : [redefined], changes.Tables.Select(t => t.Name));
        Assert.All(changes.Tables, t => Assert.True(t is { Change: TableChangeKind.Redefined, SchemaChanged: true }));
    }

    [Theory]
    [InlineData("""{"indexes":[{"key":1},{"key":2}]}""", """{"indexes":[{"key":2},{"key":1}],"uuid":"x"}""", true)]
    [InlineData("""{"indexes":[{"key":1}]}""", """{"indexes":[{"key":1}],"options":{"capped":true}}""", false)]
    [InlineData("""{"indexes":[]}""", """{"indexes":{"a":1}}""", true)]
    public void The_order_of_indexes_means_nothing(string one, string other, bool same) =>
        Assert.Equal(same, Definition(one) == Definition(other));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"indexes":[{"key":1},""")]
    public void What_cannot_be_read_has_no_definition(string metadata) => Assert.Null(Definition(metadata));

    [Fact]
    public void It_says_which_collection_it_is_at()
    {
        var archive = ArchiveSamples.Read(ArchiveSamples.Mongo);
        var reader = New();
        reader.Write(archive.AsSpan(0, archive.Length - 100));
        Assert.Equal(new ArchiveProgress("orders", 4, 4), reader.Progress);
    }

    [Fact]
    public void Of_many_collections_it_always_knows_how_many_there_are_and_how_many_have_begun()
    {
        var collections = new CollectionTallies();
        for (var i = 0; i < 30_000; i++)
            collections.Announce(new("shop", $"c{i}", i % 3 == 0 ? "view" : "collection", default));
        Assert.Equal((20_000, 0), (collections.Count, collections.Begun));

        for (var i = 0; i < 30_000; i++)
        {
            collections.Begin("shop", $"c{i}");
            Assert.Equal((20_000, i - (i / 3)), (collections.Count, collections.Begun));
        }

        collections.Begin("shop", "not announced");
        Assert.Equal((20_001, 20_001), (collections.Count, collections.Begun));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("123456789", 0x995DC9BBDF1939FA)]
    [InlineData("This is a test of the emergency broadcast system.", 0x27DB187FC15BBC72)]
    public void The_checksum_is_that_of_others(string text, ulong expected)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        Assert.Equal(expected, Crc64.Append(0, bytes));
        Assert.Equal(expected, bytes.Aggregate(0UL, (crc, b) => Crc64.Append(crc, [b])));
    }

    private static uint? Definition(string metadata) => CollectionMetadata.Read(Encoding.UTF8.GetBytes(metadata)).Definition;

    private static IArchiveReader New() => ArchiveReaders.For(Engine.Mongodb, ArtifactKind.Database);

    private static ArchiveReading Read(byte[] archive) => New().ReadBy(archive);
}
