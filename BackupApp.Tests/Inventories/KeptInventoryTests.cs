using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using BackupApp.Engines;
using BackupApp.Engines.Archives;
using BackupApp.Inventories;
using BackupApp.Inventories.Kept;
using BackupApp.Tests.Engines.Archives;

namespace BackupApp.Tests.Inventories;

/// <summary>What is kept of an inventory is the inventory, and small.</summary>
public sealed class KeptInventoryTests
{
    [Theory]
    [InlineData(ArchiveSamples.Postgres15, Engine.Postgres)]
    [InlineData(ArchiveSamples.Postgres17, Engine.Postgres)]
    [InlineData("pg_dump-15-compressed.dump", Engine.Postgres)]
    [InlineData(ArchiveSamples.MongoServer, Engine.Mongodb)]
    public void Shape_and_figures_make_the_same_inventory_again(string sample, Engine engine)
    {
        var reader = ArchiveReaders.For(engine, ArtifactKind.Database);
        var inventory = KeptTables.Sorted(reader.ReadBy(ArchiveSamples.Read(sample)).Inventory());

        var shape = InventoryCodec.Shape(InventoryCodec.Shape(inventory).Body);
        var again = InventoryCodec.Whole(shape, InventoryCodec.Figures(inventory.Tables), inventory.LargeObjects);

        Assert.NotEmpty(again.Tables);
        Assert.Equal(Json(inventory), Json(again));
    }

    [Fact]
    public void Numbers_of_every_size_come_back()
    {
        long[] numbers = [0, 1, 127, 128, 16383, 16384, int.MaxValue, 1L << 40, long.MaxValue];
        var tables = numbers.Select((n, i) => Table($"t{i}", n, numbers[^(i + 1)])).ToList();

        Assert.Equal([.. numbers, .. numbers.Reverse()], InventoryCodec.Figures(InventoryCodec.Figures(tables), tables.Count));
    }

    [Fact]
    public void Runs_that_differ_in_figures_only_have_one_shape()
    {
        var first = Inventory(Table("orders", 1, 10), Table("customers", 2, 20));
        var second = Inventory(Table("orders", 3, 30), Table("customers", 4, 40)) with { LargeObjects = new LargeObjects(7, 70) };
        var third = Inventory(Table("orders", 3, 30) with { Owner = "somebody else" }, Table("customers", 4, 40));

        Assert.Equal(InventoryCodec.Shape(first).Hash, InventoryCodec.Shape(second).Hash);
        Assert.NotEqual(InventoryCodec.Shape(first).Hash, InventoryCodec.Shape(third).Hash);
    }

    [Fact]
    public void Of_too_many_tables_the_largest_are_kept_in_their_order_and_the_others_are_a_sum()
    {
        var inventory = Inventory([.. Enumerable.Range(0, 100).Select(i => Table($"t{i:000}", i, i * 7 % 100))]);

        var kept = KeptTables.Of(KeptTables.Sorted(inventory), most: 90);

        Assert.Equal(90, kept.Inventory.Tables.Count);
        Assert.Equal(kept.Inventory.Tables.OrderBy(t => t.Name, StringComparer.Ordinal), kept.Inventory.Tables);
        Assert.All(kept.Inventory.Tables, t => Assert.True(t.Bytes >= 10));
        Assert.Equal((10, 45L), (kept.OtherTables, kept.OtherBytes));
        Assert.Equal(inventory.TotalRows, kept.OtherRows + kept.Inventory.TotalRows);
    }

    [Fact]
    public void The_file_is_the_whole_inventory_and_its_hash_that_of_its_JSON()
    {
        var inventory = KeptTables.Sorted(
            ArchiveReaders.For(Engine.Postgres, ArtifactKind.Database).ReadBy(ArchiveSamples.Read(ArchiveSamples.Postgres15)).Inventory());

        var (file, hash) = InventoryFile.Of(inventory);

        using var gzip = new GZipStream(new MemoryStream(file), CompressionMode.Decompress);
        var json = new MemoryStream();
        gzip.CopyTo(json);
        Assert.Equal(hash, SHA256.HashData(json.ToArray()));
        Assert.Equal(Json(inventory), Json(JsonSerializer.Deserialize<Inventory>(json.ToArray(), InventoryJson.Options)!));
        Assert.Equal(file, InventoryFile.Of(inventory).File);
    }

    [Fact]
    public void Twelve_thousand_tables_take_less_than_a_hundred_kilobytes_a_run_and_little_more_for_what_they_are()
    {
        var random = new Random(1);
        var tables = Enumerable.Range(0, 12_000).Select(i =>
        {
            var rows = (long)Math.Pow(10, random.NextDouble() * 6);
            return Table($"tenant_{i:00000}_orders", rows, rows * random.Next(40, 200)) with { Definition = (uint)random.Next() };
        });
        var inventory = Inventory([.. tables]);

        Assert.InRange(InventoryCodec.Figures(inventory.Tables).Length, 10_000, 100_000);
        Assert.InRange(InventoryCodec.Shape(inventory).Body.Length, 10_000, 200_000);
    }

    internal static InventoryTable Table(string name, long rows, long bytes) =>
        new("public", name, "owner", TableKind.Table, RowsState.Counted, rows, bytes);

    internal static Inventory Inventory(params InventoryTable[] tables) =>
        new() { Archive = new ArchiveFacts("PostgreSQL custom format", "1.14", "15.1", "15.1"), Tables = tables };

    private static string Json(Inventory inventory) => JsonSerializer.Serialize(inventory, InventoryJson.Options);
}
