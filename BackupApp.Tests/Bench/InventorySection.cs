using static BackupApp.Tests.Bench.BenchReport;

namespace BackupApp.Tests.Bench;

/// <summary>What it costs a whole job that its contents are read as they pass: the same job with and without, in turns.</summary>
public static class InventorySection
{
    public static async Task RunAsync(BenchServers servers, BenchData data)
    {
        await using var with = await BenchApp.StartAsync(servers);
        await using var without = await BenchApp.StartAsync(servers, null, ("BackupApp__Inventory__Read", "false"));
        servers.Report.Title("Reading what is in a backup: whole jobs to a folder, with and without");
        servers.Report.Header("data", "wall s with", "without", "CPU s with", "without", "peak MiB with", "without");
        (string Name, string? Database)[] kinds =
        [
            ("text and JSON", data.Text), ("pgbench, short rows", data.Pgbench), ("large objects", data.Noise),
        ];
        foreach (var (name, database) in kinds.Take(servers.Settings.Kinds))
        {
            if (database is not null)
                await CompareAsync(servers, with, without, name, database);
        }
    }

    private static async Task CompareAsync(BenchServers servers, BenchApp with, BenchApp without, string name, string database)
    {
        List<Measurement> read = [], unread = [];
        foreach (var app in new[] { with, without })
            await app.RunAsync(database, null); // To be compiled, and in the caches.
        for (var run = 1; run <= servers.Settings.Runs; run++)
        {
            read.Add(await with.RunAsync(database, null));
            unread.Add(await without.RunAsync(database, null));
            Progress($"{name}, run {run}: {Number(read[^1].Wall)} s, without {Number(unread[^1].Wall)} s");
        }

        servers.Report.Row(
            name,
            Number(Median(read, m => m.Wall)),
            Number(Median(unread, m => m.Wall)),
            Number(Median(read, m => m.Cpu)),
            Number(Median(unread, m => m.Cpu)),
            Mebibytes((long)Median(read, m => m.Peak)),
            Mebibytes((long)Median(unread, m => m.Peak)));
    }

    private static double Median(List<Measurement> runs, Func<Measurement, double> value) => Percentile(runs.Select(value), 0.5);
}
