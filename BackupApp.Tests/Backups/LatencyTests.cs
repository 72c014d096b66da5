using System.Globalization;
using BackupApp.Backups;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Backups;

public sealed class LatencyTests(JobBench bench) : IClassFixture<JobBench>
{
    private const int Runs = 200;

    /// <summary>Reports; what a loaded machine makes of it is no failure short of the absurd.</summary>
    [Fact]
    public async Task From_the_row_to_running_takes_an_idle_worker_well_under_a_second()
    {
        await bench.RequireAsync();
        var source = await bench.AddSourceAsync(await bench.Postgres.CreateDatabaseAsync());

        var jobs = new List<Guid>();
        for (var i = 0; i < Runs; i++)
        {
            jobs.Add(await bench.Client.RunNowAsync(source));
            await bench.Client.FinishedAsync(jobs[^1]);
        }

        await using var db = bench.Database();
        var times = await db.Set<BackupJob>().Where(j => jobs.Contains(j.Id)).Select(j => j.StartedAt!.Value - j.CreatedAt).ToListAsync(TestContext.Current.CancellationToken);
        times.Sort();
        var report = string.Create(CultureInfo.InvariantCulture,
            $"{Runs} runs, from created_at to started_at: median {times[Runs / 2].TotalMilliseconds:0.0} ms, 99th percentile {times[Runs * 99 / 100].TotalMilliseconds:0.0} ms, longest {times[^1].TotalMilliseconds:0.0} ms");
        TestContext.Current.TestOutputHelper?.WriteLine(report);
        TestContext.Current.SendDiagnosticMessage(report);
        Assert.Equal(Runs, times.Count);
        Assert.True(times[Runs / 2] < TimeSpan.FromSeconds(15), report);
    }
}
