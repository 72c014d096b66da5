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
        var rounds = Math.Clamp(jobs / 5000, 1, Rounds);

        servers.Report.Title($"The history page over {jobs:N0} jobs, as served");
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
