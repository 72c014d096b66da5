using BackupApp.Engines;
using BackupApp.Engines.Archives;
using BackupApp.Inventories;
using BackupApp.Tests.Engines.Postgres.Archives;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Engines.Archives;

/// <summary>Whatever is missing at an archive's end, it is found.</summary>
public sealed class TruncationTests : IAsyncDisposable
{
    private const string Globals = """
        --
        -- PostgreSQL database cluster dump
        --

        CREATE ROLE somebody;

        --
        -- PostgreSQL database cluster dump complete
        --


        """;

    private readonly TestPostgres _postgres = TestPostgres.Require();

    public ValueTask DisposeAsync() => _postgres.DisposeAsync();

    [Theory]
    [InlineData("pg_dump -Fc -Z0 | cat > \"$1\"")]
    [InlineData("pg_dump -Fc -Z6 | cat > \"$1\"")]
    public async Task An_archive_of_pg_dump_cut_after_any_byte_is_damaged(string dump)
    {
        var database = await DumpedDatabase.CreateAsync(_postgres, """
            CREATE TABLE first AS SELECT i, E'\\.\n' AS t FROM generate_series(1, 20) i;
            CREATE TABLE second (a int PRIMARY KEY);
            SELECT lo_from_bytea(0, 'some bytes') FROM generate_series(1, 3);
            """);
        EveryCutIsFound(await database.DumpAsync(dump), ArtifactKind.Database, Engine.Postgres, cut => cut);
    }

    [Theory]
    [InlineData(ArchiveSamples.Mongo, 97)]
    [InlineData(ArchiveSamples.MongoServer, 89)]
    public void An_archive_of_mongodump_cut_after_any_byte_is_damaged(string sample, int step)
    {
        // Of the documents in its middle not every byte, which would take long and show nothing else.
        var archive = ArchiveSamples.Read(sample);
        var tail = archive.Length - 700;
        int Next(int cut) => cut < 5000 || cut > tail ? cut : Math.Min(cut + step, tail);
        EveryCutIsFound(archive, ArtifactKind.Server, Engine.Mongodb, Next);
    }

    [Fact]
    public void A_file_of_roles_cut_after_any_byte_is_damaged() =>
        EveryCutIsFound(System.Text.Encoding.UTF8.GetBytes(Globals), ArtifactKind.Globals, Engine.Postgres, cut => cut);

    private static void EveryCutIsFound(byte[] archive, ArtifactKind kind, Engine engine, Func<int, int> next)
    {
        Assert.IsType<ArchiveReading.Whole>(ArchiveReaders.For(engine, kind).ReadBy(archive));
        var cuts = 0;
        for (var cut = 0; cut < archive.Length; cut = next(cut) + 1, cuts++)
        {
            var reading = ArchiveReaders.For(engine, kind).ReadBy(archive.AsSpan(0, cut));
            Assert.True(reading is ArchiveReading.Damaged { EndsEarly: true }, $"Cut after {cut} of {archive.Length} bytes: {reading}");
        }

        Assert.True(cuts > Math.Min(archive.Length - 1, 5000), "Too few cuts were tried.");
    }
}
