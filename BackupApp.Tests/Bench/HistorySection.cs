using System.Diagnostics;
using static BackupApp.Tests.Bench.BenchReport;

namespace BackupApp.Tests.Bench;

/// <summary>The history page over very many jobs, as a browser asks for it.</summary>
public static class HistorySection
{
    private const int Rounds = 200;
    private const int WarmUp = 3; // To be compiled, and in the caches.

    public static async Task RunAsync(BenchServers servers, BenchData data)
    {
        var jobs = servers.Settings.Jobs;
        var app = await servers.AppAsync();
        await app.RunAsync(data.Small, null);
        Progress($"inserting {jobs} jobs");
        await HistoryRows.InsertAsync(app, jobs);
        await MeasureAsync(servers, app, jobs, $"The history page over {jobs:N0} jobs, as served");
        var inventories = Math.Max(1, jobs / 100);
        Progress($"inserting {inventories} inventories");
        await InventoryRows.InsertAsync(app, inventories);
        await MeasureAsync(servers, app, jobs, $"The same with the inventories of {inventories:N0} jobs, of 12,000 tables each");
        const string size = "pg_total_relation_size('artifact_inventories') + pg_total_relation_size('inventory_shapes')";
        var bytes = await app.ScalarAsync<long>($"SELECT ({size})::bigint");
        servers.Report.Line($"\nThe inventories take {Megabytes(bytes)} MB on disk, {Number(bytes / 1e3 / inventories)} kB each.");
    }

    private static async Task MeasureAsync(BenchServers servers, BenchApp app, int jobs, string title)
    {
        var rounds = Math.Clamp(jobs / 5000, 1, Rounds);
        servers.Report.Title(title);
        servers.Report.Header("page", "median ms", "95th percentile ms");
        foreach (var (name, path) in HistoryRows.Pages(jobs))
        {
            var times = new List<double>();
            for (var round = 0; round < rounds + WarmUp; round++)
            {
                var watch = Stopwatch.StartNew();
                var html = await app.Client.GetAsync($"/Jobs?{path}");
                if (round >= WarmUp)
                    times.Add(watch.Elapsed.TotalMilliseconds);
                Assert.Contains("/Jobs/", html, StringComparison.Ordinal);
            }

            servers.Report.Row(name, Number(Percentile(times, 0.5), "0.0"), Number(Percentile(times, 0.95), "0.0"));
        }
    }
}
