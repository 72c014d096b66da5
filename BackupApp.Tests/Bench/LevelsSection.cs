using System.Diagnostics;
using BackupApp.Streams;
using static BackupApp.Tests.Bench.BenchReport;

namespace BackupApp.Tests.Bench;

/// <summary>What each level gives and costs on one core, against gzip's default: how the default level was chosen.</summary>
public static class LevelsSection
{
    private const int MostBytes = 200_000_000;

    public static async Task RunAsync(BenchServers servers, BenchData data)
    {
        var file = Path.GetTempFileName();
        var sample = $"pg_dump -Fc -Z0 2>&- | head -c {MostBytes} > '{file}'; gzip -c '{file}' | wc -c";
        var (exitCode, output) = await Support.Shell.RunAsync(
            "bash",
            ["-c", sample],
            new Dictionary<string, string>(servers.Postgres.ToolEnvironment) { ["PGDATABASE"] = data.Text });
        Assert.True(exitCode == 0, output);
        var (bytes, gzip) = (await File.ReadAllBytesAsync(file), double.Parse(output, System.Globalization.CultureInfo.InvariantCulture));
        File.Delete(file);

        servers.Report.Title("Levels, one thread, text and JSON");
        servers.Report.Header("level", "MB/s", "ratio", "× the size of `gzip`");
        foreach (var level in Enumerable.Range(1, 9))
        {
            var runs = new List<double>();
            var stored = 0L;
            for (var run = 0; run < servers.Settings.Runs; run++)
            {
                var watch = Stopwatch.StartNew();
                await using var target = new MeasuredStream(Stream.Null, hash: false);
                await using var stream = new ParallelGzipStream(target, level, threads: 1);
                stream.Write(bytes);
                await stream.FinishAsync(CancellationToken.None);
                runs.Add(watch.Elapsed.TotalSeconds);
                stored = target.BytesWritten;
            }

            servers.Report.Row(
                $"{level}",
                Number(bytes.Length / 1e6 / Percentile(runs, 0.5), "0"),
                Number((double)bytes.Length / stored),
                Number(stored / gzip, "0.000"));
        }
    }
}
