using System.Text;
using BackupApp.Engines;
using BackupApp.Engines.Archives;
using BackupApp.Inventories;
using BackupApp.Tests.Engines.Archives;

namespace BackupApp.Tests.Engines.Postgres.Archives;

/// <summary>Archives of real pg_dumps of 15 and 17, and what can be made of them.</summary>
public sealed class SampleArchiveTests
{
    private const int VersionAt = 6;
    private const int CompressionAt = 11;
    private const int NumberLength = 5;

    private static readonly string[] Tables =
    [
        "archive.logs Table 321",
        "public.empty Table 0",
        "public.orders Table 1234",
        "public.nocol Table 7",
        "public.odd \"name, x Table 6",
        "public.parts PartitionedTable NoneOfItsOwn",
        "public.parts_1 Partition 500",
        "public.parts_2 Partition 500",
        "public.scratch Table 1",
    ];

    [Theory]
    [InlineData(ArchiveSamples.Postgres15, "1.14", "15.18 (Debian 15.18-0+deb12u1)")]
    [InlineData(ArchiveSamples.Postgres17, "1.16", "17.12 (Debian 17.12-0+deb13u1)")]
    public void Rows_objects_and_versions_are_read(string sample, string version, string tool)
    {
        var inventory = Read(ArchiveSamples.Read(sample)).Inventory();

        Assert.Equal(Tables.Order(), inventory.Lines().Order());
        Assert.Equal(new LargeObjects(11, 33), inventory.LargeObjects);
        var objects = new ObjectCounts { Views = 1, MaterializedViews = 1, Indexes = 1, Constraints = 1, Functions = 1, Sequences = 1 };
        Assert.Equal(objects, inventory.Objects);
        Assert.Equal(new ArchiveFacts("PostgreSQL custom format", version, tool, tool), inventory.Archive);
        Assert.Equal(("sample", "postgres", "UTF8", "libc", "C.UTF-8", "C.UTF-8"), Known(inventory.Database!));
        Assert.Equal(["archive", "public"], inventory.Schemas);
        Assert.Equal(["postgres"], inventory.Roles);
        Assert.Null(inventory.RowsNotRead);
        Assert.Equal(1234 + 321 + 1000 + 6 + 7 + 1, inventory.TotalRows);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(4096)]
    [InlineData(65_537)]
    public void Where_the_blocks_of_the_input_end_makes_no_difference(int block)
    {
        var archive = ArchiveSamples.Read(ArchiveSamples.Postgres17);
        Assert.Equal(Read(archive).Text(), New().ReadBy(archive, block).Text());
    }

    [Theory]
    [InlineData("pg_dump-15-compressed.dump")]
    [InlineData("pg_dump-17-compressed.dump")]
    public void Of_what_the_tool_compressed_itself_the_entries_are_read_and_not_the_rows(string sample)
    {
        var inventory = Read(ArchiveSamples.Read(sample)).Inventory();

        Assert.Equal("gzip", inventory.Archive.Compression);
        Assert.Equal("Rows cannot be counted where pg_dump itself has compressed them.", inventory.RowsNotRead);
        Assert.All(inventory.Tables, t => Assert.Null(t.Rows));
        Assert.Equal(Tables.Length, inventory.Tables.Count);
        Assert.Equal(8, inventory.Tables.Count(t => t.State == RowsState.NotRead && t.Bytes > 0));
        Assert.Equal(new LargeObjects(11, null), inventory.LargeObjects);
        Assert.Equal(1, inventory.Objects.Views);
    }

    [Fact]
    public void Format_1_15_differs_in_how_it_says_its_compression()
    {
        var archive = ArchiveSamples.Read(ArchiveSamples.Postgres15);
        byte[] newer = [.. archive[..CompressionAt], 0, .. archive[(CompressionAt + NumberLength)..]];
        newer[VersionAt] = 15;

        var inventory = Read(newer).Inventory();

        Assert.Equal("1.15", inventory.Archive.Version);
        Assert.Equal(Tables.Order(), inventory.Lines().Order());
    }

    [Theory]
    [InlineData(VersionAt, 13, "Its format is 1.13-0")]
    [InlineData(VersionAt, 17, "Its format is 1.17-0")]
    [InlineData(VersionAt - 1, 2, "Its format is 2.14-0")]
    [InlineData(8, 8, "numbers have another size")]
    [InlineData(10, 3, "not in pg_dump's custom format")]
    [InlineData(0, 'X', "not an archive of pg_dump")]
    public void An_unknown_form_is_not_read_and_nothing_is_said_against_it(int at, int value, string reason)
    {
        var archive = ArchiveSamples.Read(ArchiveSamples.Postgres15);
        archive[at] = (byte)value;
        Assert.Contains(reason, Assert.IsType<ArchiveReading.NotRead>(Read(archive)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_whose_end_mark_is_not_in_its_place_are_not_counted()
    {
        var archive = ArchiveSamples.Read(ArchiveSamples.Postgres17);
        var mark = archive.AsSpan().IndexOf("\\.\n\n\n"u8);
        archive[mark + 1] = (byte)'!';

        var inventory = Read(archive).Inventory();

        var table = Assert.Single(inventory.Tables, t => t.State == RowsState.NotRead);
        Assert.Equal($"The rows of {table.Schema}.{table.Name} do not end as COPY's do.", inventory.RowsNotRead);
    }

    [Fact]
    public void It_says_which_table_it_is_at()
    {
        var archive = ArchiveSamples.Read(ArchiveSamples.Postgres15);
        var reader = New();
        var seen = new List<string>();
        foreach (var b in archive)
        {
            reader.Write([b]);
            if (reader.Progress is { } at && seen.LastOrDefault() != $"{at.Table} {at.Number}/{at.Total}")
                seen.Add($"{at.Table} {at.Number}/{at.Total}");
        }

        string[] expected = ["archive.logs", "empty", "nocol", "odd \"name, x", "orders", "parts_1", "parts_2", "scratch"];
        Assert.Equal(expected.Select((table, i) => $"{table} {i + 1}/8"), seen);
    }

    [Fact]
    public void Anything_after_the_end_is_damage()
    {
        byte[] archive = [.. ArchiveSamples.Read(ArchiveSamples.Postgres15), .. Encoding.ASCII.GetBytes("x")];
        var damaged = Assert.IsType<ArchiveReading.Damaged>(Read(archive));
        Assert.False(damaged.EndsEarly);
        Assert.Equal(1234, damaged.SoFar!.Tables.Single(t => t.Name == "orders").Rows);
    }

    private static IArchiveReader New() => ArchiveReaders.For(Engine.Postgres, ArtifactKind.Database);

    private static ArchiveReading Read(byte[] archive) => New().ReadBy(archive);

    private static (string, string?, string?, string?, string?, string?) Known(DatabaseFacts d) =>
        (d.Name, d.Owner, d.Encoding, d.LocaleProvider, d.Collate, d.CharacterType);
}
