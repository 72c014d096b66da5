using static BackupApp.Tests.Bench.BenchReport;

namespace BackupApp.Tests.Bench;

/// <summary>The same dump by the bare tool, by us and by the pipelines that people use, in turns.</summary>
public static class StreamSection
{
    private const string ToNull = "BackupApp, stages only, to nothing";
    private const string ToFolder = "BackupApp, whole job, to a folder";
    private const string ToS3 = "**BackupApp, whole job, to S3**";

    private static readonly string[] Shell = [Commands.GzipTwice, Commands.Plain, Commands.Pigz, Commands.Zstd];

    public static async Task RunAsync(BenchServers servers, BenchData data)
    {
        var app = await servers.AppAsync();
        var bucket = await app.AddBucketAsync();
        foreach (var (name, database) in new[]
            {
                ("text and JSON", data.Text),
                ("pgbench", data.Pgbench),
                ("random bytes in large objects", data.Noise),
            }.Take(servers.Settings.Kinds))
        {
            if (database is not null)
                await CompareAsync(servers, app, bucket, name, database, isJudged: database == data.Text);
        }
    }

    private static async Task CompareAsync(BenchServers servers, BenchApp app, Guid bucket, string name, string database, bool isJudged)
    {
        var commands = new Commands(servers.Postgres, servers.S3);
        var contenders = new List<(string Name, Func<Task<Measurement>> Run)>
        {
            (Commands.Tool, () => commands.RunAsync(Commands.Tool, database)),
            (ToNull, () => Stages.RunAsync(servers, database)),
            (ToFolder, () => app.RunAsync(database, null)),
            (ToS3, () => app.RunAsync(database, bucket)),
        };
        contenders.AddRange(
            Shell.Where(Commands.CanRun)
                .Select(c => (Commands.InWords(c), (Func<Task<Measurement>>)(() => commands.RunAsync(c, database)))));

        await commands.RunAsync(Commands.Tool, database); // Once for the caches.
        var results = contenders.ToDictionary(c => c.Name, _ => new List<Measurement>());
        for (var run = 1; run <= servers.Settings.Runs; run++)
        {
            foreach (var (contender, measure) in contenders)
            {
                results[contender].Add(await measure());
                Progress($"{name}, run {run}: {contender} {Number(results[contender][^1].Wall)} s");
            }
        }

        Print(servers.Report, name, contenders.Select(c => (c.Name, results[c.Name])).ToList());
        if (isJudged)
            Judge(servers.Report, results);
    }

    private static void Print(BenchReport report, string name, List<(string Name, List<Measurement> Runs)> results)
    {
        report.Title($"One dump: {name}");
        report.Header("pipeline", "wall s", "× tool alone", "CPU s", "peak MiB", "stored MB");
        var tool = Median(results[0].Runs, m => m.Wall);
        foreach (var (contender, runs) in results)
        {
            var (wall, peak) = (Median(runs, m => m.Wall), Median(runs, m => m.Peak));
            var stored = runs[0].Stored is { } bytes ? Megabytes(bytes) : "–";
            report.Row(
                Code(contender),
                Number(wall),
                Number(wall / tool),
                Number(Median(runs, m => m.Cpu), "0.0"),
                peak > 0 ? Mebibytes(peak) : "–",
                stored);
        }

        foreach (var missing in Shell.Where(c => !Commands.CanRun(c)))
            report.Row(Code(Commands.InWords(missing)), "not available here", "", "", "", "");
    }

    private static void Judge(BenchReport report, Dictionary<string, List<Measurement>> results)
    {
        if (!results.TryGetValue(Commands.InWords(Commands.GzipTwice), out var gzip))
            return;
        var ours = Median(results[ToS3], m => m.Wall);
        var fastest = Shell.Select(Commands.InWords).Where(results.ContainsKey).Min(c => Median(results[c], m => m.Wall));
        report.Line(
            "\n"
            + $"Against `pg_dump -Fc \\| gzip \\| aws`: {Number(ours / Median(gzip, m => m.Wall))} × the time, "
            + $"{Number((double)results[ToS3][0].Stored!.Value / gzip[0].Stored!.Value)} × the size. "
            + $"Against the fastest of these pipelines: {Number(ours / fastest)} × the time.");
    }

    private static string Code(string name) =>
        name.Contains("pg_dump", StringComparison.Ordinal) ? $"`{name.Replace("|", "\\|", StringComparison.Ordinal)}`" : name;

    private static double Median(IEnumerable<Measurement> runs, Func<Measurement, double> value) => Percentile(runs.Select(value), 0.5);
}
