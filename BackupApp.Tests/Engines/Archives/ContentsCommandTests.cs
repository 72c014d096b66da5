using System.IO.Compression;
using System.Text.Json;
using BackupApp.Engines.Archives;

namespace BackupApp.Tests.Engines.Archives;

/// <summary><c>BackupApp contents FILE</c>, for people and scripts.</summary>
public sealed class ContentsCommandTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_in_a_whole_file_is_printed_compressed_or_not(bool compressed)
    {
        var archive = ArchiveSamples.Read(ArchiveSamples.Postgres15);
        var (code, output, error) = await RunAsync(compressed ? Gzip(archive) : archive);

        Assert.Equal((0, ""), (code, error));
        Assert.Contains("PostgreSQL custom format 1.14\n", output, StringComparison.Ordinal);
        Assert.Contains("Database sample, owner postgres, UTF8, C.UTF-8\n", output, StringComparison.Ordinal);
        Assert.Matches(@"\n +1,234 +[0-9,]+  table +public\.orders, owner postgres\n", output);
        Assert.Matches(@"\n +-  +0  partitioned table  public\.parts, owner postgres\n", output);
        Assert.Contains("\nTables: 9, 2,569 rows, ", output, StringComparison.Ordinal);
        Assert.Contains("\nLarge objects: 11, bytes: 33\n", output, StringComparison.Ordinal);
        Assert.Contains("\nViews: 1\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Programs_are_told_the_same_in_json()
    {
        var (code, output, _) = await RunAsync(Gzip(ArchiveSamples.Read(ArchiveSamples.MongoServer)), "--json");

        var json = JsonDocument.Parse(output).RootElement;
        Assert.Equal((0, "whole"), (code, json.GetProperty("result").GetString()));
        var tables = json.GetProperty("inventory").GetProperty("tables").EnumerateArray();
        var orders = tables.Single(t => t.GetProperty("name").GetString() == "orders");
        Assert.Equal(("sample", "collection", "counted", 1234L), (
            orders.GetProperty("schema").GetString(),
            orders.GetProperty("kind").GetString(),
            orders.GetProperty("state").GetString(),
            orders.GetProperty("rows").GetInt64()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(300)]
    [InlineData(10_000)]
    public async Task A_cut_file_ends_with_1_and_says_so(int missing)
    {
        var archive = Gzip(ArchiveSamples.Read(ArchiveSamples.Postgres17));
        var (code, _, error) = await RunAsync(archive[..^missing]);
        Assert.Equal(1, code);
        Assert.StartsWith("DAMAGED: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_damaged_file_what_came_before_is_printed()
    {
        var archive = ArchiveSamples.Read(ArchiveSamples.Postgres17);
        var (code, output, _) = await RunAsync(archive[..(archive.Length / 2)], "--json");

        var json = JsonDocument.Parse(output).RootElement;
        Assert.Equal((1, "damaged", true), (code, json.GetProperty("result").GetString(), json.GetProperty("endsEarly").GetBoolean()));
        Assert.Equal(9, json.GetProperty("inventory").GetProperty("tables").GetArrayLength());
        Assert.StartsWith("in the rows of public.", json.GetProperty("where").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_gzip_file_ends_with_1()
    {
        var archive = Gzip(ArchiveSamples.Read(ArchiveSamples.Postgres17));
        archive[archive.Length / 2] ^= 0x55;
        Assert.Equal(1, (await RunAsync(archive)).Code);
    }

    [Fact]
    public async Task A_name_cannot_command_the_terminal()
    {
        var archive = ArchiveSamples.Read(ArchiveSamples.Mongo);
        var name = "odd name ü"u8;
        while (archive.AsSpan().IndexOf(name) is >= 0 and var at)
            "odd\u001b[2J ü."u8[..name.Length].CopyTo(archive.AsSpan(at));
        var (_, output, _) = await RunAsync(archive);
        Assert.Contains("odd\\u001b[2J", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', output);
    }

    [Fact]
    public async Task However_little_is_left_of_a_file_it_is_cut_and_not_unknown()
    {
        foreach (var sample in new[] { ArchiveSamples.Postgres17, ArchiveSamples.Mongo })
        {
            var archive = ArchiveSamples.Read(sample);
            var gzip = Gzip(archive);
            for (var left = 0; left < 40; left++)
            {
                Assert.Equal((left, 1), (left, (await RunAsync(archive[..left])).Code));
                Assert.Equal((left, 1), (left, (await RunAsync(gzip[..left])).Code));
            }
        }
    }

    [Fact]
    public async Task What_is_no_archive_is_not_read()
    {
        var (code, output, error) = await RunAsync("hello"u8.ToArray());
        Assert.Equal((2, "", "NOT READ: It is no archive of pg_dump, pg_dumpall or mongodump.\n"), (code, output, error));
    }

    [Fact]
    public async Task A_file_that_is_not_there_or_a_wrong_line_ends_with_2()
    {
        using var error = new StringWriter();
        Assert.Equal(2, await ContentsCommand.RunAsync(["/nowhere/at/all"], TextWriter.Null, error));
        Assert.StartsWith("/nowhere/at/all cannot be read: ", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, await ContentsCommand.RunAsync([], TextWriter.Null, error));
        Assert.Equal(2, await ContentsCommand.RunAsync([_file, "--xml"], TextWriter.Null, error));
        Assert.EndsWith("Usage: BackupApp contents FILE [--json]\n", error.ToString(), StringComparison.Ordinal);
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(byte[] file, params string[] options)
    {
        await File.WriteAllBytesAsync(_file, file, TestContext.Current.CancellationToken);
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await ContentsCommand.RunAsync([_file, .. options], output, error);
        return (code, output.ToString(), error.ToString());
    }

    private static byte[] Gzip(byte[] bytes)
    {
        var file = new MemoryStream();
        using (var gzip = new GZipStream(file, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return file.ToArray();
    }
}
