using System.Diagnostics;
using BackupApp.Engines;
using BackupApp.Engines.Archives;
using BackupApp.Tests.Engines.Archives;
using static BackupApp.Tests.Bench.BenchReport;

namespace BackupApp.Tests.Bench;

/// <summary>How fast archives are read for what is in them, on one core: it has to be far faster than any tool writes them.</summary>
public static class ReaderSection
{
    private const int MostBytes = 200_000_000;

    // As the pipe's pump hands them on.
    private const int Block = 256 * 1024;

    public static async Task RunAsync(BenchServers servers, BenchData data)
    {
        servers.Report.Title("Reading archives, one thread");
        servers.Report.Header("archive", "MB", "MB/s");
        (string Name, string? Database)[] kinds =
        [
            ("text and JSON", data.Text),
            ("pgbench, short rows", data.Pgbench),
            ("large objects", data.Noise),
        ];
        foreach (var (name, database) in kinds)
        {
            if (database is not null)
                Measure(servers, name, Engine.Postgres, await DumpAsync(servers, database));
        }

        Measure(servers, "MongoDB, 100-byte documents", Engine.Mongodb, MongoArchive(servers.Settings.Megabytes));
    }

    private static void Measure(BenchServers servers, string name, Engine engine, byte[] archive)
    {
        var runs = new List<double>();
        for (var run = 0; run < servers.Settings.Runs; run++)
        {
            var reader = ArchiveReaders.For(engine, ArtifactKind.Database);
            var watch = Stopwatch.StartNew();
            reader.ReadBy(archive, Block);
            runs.Add(watch.Elapsed.TotalSeconds);
        }

        servers.Report.Row(name, Megabytes(archive.Length), Number(archive.Length / 1e6 / Percentile(runs, 0.5), "0"));
    }

    private static async Task<byte[]> DumpAsync(BenchServers servers, string database)
    {
        var file = Path.GetTempFileName();
        var environment = new Dictionary<string, string>(servers.Postgres.ToolEnvironment) { ["PGDATABASE"] = database };
        var (_, output) = await Support.Shell.RunAsync(
            "bash", ["-c", $"pg_dump -Fc -Z0 2>&- | head -c {MostBytes} > '{file}'"], environment);
        var bytes = await File.ReadAllBytesAsync(file);
        File.Delete(file);
        Assert.True(bytes.Length > 0, output);
        return bytes;
    }

    // The beginning of a real one, up to its largest collection, and its last documents again and again.
    private static byte[] MongoArchive(int megabytes)
    {
        var sample = ArchiveSamples.Read(ArchiveSamples.Mongo);
        var header = "orders\0\u0008EOF\0\0\u0012CRC\0\0\0\0\0\0\0\0\0\0"u8;
        var begin = sample.AsSpan().IndexOf(header) + header.Length;
        var end = begin + sample.AsSpan(begin).IndexOf(new byte[] { 0xff, 0xff, 0xff, 0xff });
        var archive = new MemoryStream();
        archive.Write(sample.AsSpan(0, begin));
        while (archive.Length < Math.Min(megabytes * 1_000_000L, MostBytes))
            archive.Write(sample.AsSpan(begin, end - begin));
        return archive.ToArray();
    }
}
