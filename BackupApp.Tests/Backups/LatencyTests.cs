using System.Globalization;
using BackupApp.Backups;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Backups;

/// <summary>
/// How long an idle worker takes from a job's row to running. Reports; what a loaded machine makes
/// of it is no failure short of the absurd. runs by itself, since other tests are load too.
/// </summary>
[CollectionDefinition(nameof(LatencyTests), DisableParallelization = true)]
[Collection(nameof(LatencyTests))]
public sealed class LatencyTests(JobBench bench) : IClassFixture<JobBench>
{
    [Fact]
    public Task Twelve_manual_runs_are_picked_up_one_by_one() => MeasureAsync(12);

    [Fact(Explicit = true)]
    public Task Two_hundred_manual_runs_are_picked_up_one_by_one() => MeasureAsync(200);

    private async Task MeasureAsync(int runs)
    {
        await bench.RequireAsync();
        var source = await bench.AddSourceAsync(await bench.Postgres.CreateDatabaseAsync());

        var jobs = new List<Guid>();
        for (var i = 0; i < runs; i++)
        {
            jobs.Add(await bench.Client.RunNowAsync(source));
            var status = await bench.Client.FinishedAsync(jobs[^1]);
            Assert.True(status.Status == "success", status.ErrorSummary);
        }

        await using var db = bench.Database();
        var times = await db.Set<BackupJob>()
            .Where(j => jobs.Contains(j.Id))
            .Select(j => j.StartedAt!.Value - j.CreatedAt)
            .ToListAsync(TestContext.Current.CancellationToken);
        times.Sort();
        var report = string.Create(CultureInfo.InvariantCulture,
            $"{runs} runs, from created_at to started_at: median {times[runs / 2].TotalMilliseconds:0.0} ms, "
            + $"99th percentile {times[(runs * 99 / 100) - 1].TotalMilliseconds:0.0} ms, longest {times[^1].TotalMilliseconds:0.0} ms");
        TestContext.Current.TestOutputHelper?.WriteLine(report);
        TestContext.Current.SendDiagnosticMessage(report);
        Assert.Equal(runs, times.Count);
        Assert.True(times[runs / 2] < TimeSpan.FromSeconds(15), report);
    }
}
