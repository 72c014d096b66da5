using BackupApp.Backups;
using BackupApp.History;
using BackupApp.Pages.Ui;
using BackupApp.Runs;
using BackupApp.Tests.Policies;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.History;

/// <summary>The figures behind a source's charts, and the way from run to run.</summary>
public sealed class RunFiguresTests(PolicyBench bench) : IClassFixture<PolicyBench>
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_newest_runs_with_a_backup_come_oldest_first_and_no_other_sources()
    {
        var (source, jobs) = await FillAsync(RunStatus.Success, RunStatus.Failed, RunStatus.Partial, RunStatus.Success, RunStatus.Running);
        await FillAsync(RunStatus.Success);
        await using var db = bench.Database();

        var newest = await new RunFigures(db).NewestAsync(source, 2, Cancel);

        Assert.Equal([jobs[2], jobs[3]], newest.Select(r => r.JobId));
        Assert.Equal(
            (Noon.AddHours(2), RunStatus.Partial, 500L, 100L, TimeSpan.FromSeconds(90)),
            (newest[0].TakenAt, newest[0].Status, newest[0].BytesRead, newest[0].BytesStored, newest[0].Duration));
        Assert.Equal(3, (await new RunFigures(db).NewestAsync(source, 60, Cancel)).Count);
    }

    [Fact]
    public async Task Each_day_counts_what_ended_on_it()
    {
        var (source, _) = await FillAsync(
            [.. Enumerable.Repeat(RunStatus.Success, 12), RunStatus.Failed, RunStatus.Canceled, RunStatus.Partial, RunStatus.Running]);
        await using var db = bench.Database();

        var grid = ViewerZone.Named("Europe/Berlin").Days(new(2026, 11, 20), new(2026, 11, 27));
        var days = await new RunFigures(db).DaysAsync(source, grid, Cancel);

        Assert.Equal(
            [new RunDay(new DateOnly(2026, 11, 20), 11, 0, 0, 0), new RunDay(new DateOnly(2026, 11, 21), 1, 1, 1, 1)],
            days.OrderBy(d => d.Day));
    }

    [Fact]
    public async Task A_backup_that_was_damaged_since_is_no_good_one_of_its_day()
    {
        var (source, jobs) = await FillAsync(RunStatus.Success, RunStatus.Success, RunStatus.Partial);
        await using var db = bench.Database();
        await db.Set<BackupJob>().Where(j => j.Id == jobs[0] || j.Id == jobs[2])
            .ExecuteUpdateAsync(set => set.SetProperty(j => j.DamagedAt, Noon), Cancel);

        var days = await new RunFigures(db).DaysAsync(source, ViewerZone.Named("UTC").Days(new(2026, 11, 20), new(2026, 11, 27)), Cancel);

        Assert.Equal(new RunDay(new DateOnly(2026, 11, 20), 1, 0, 0, 0) { Damaged = 2 }, Assert.Single(days));
    }

    [Fact]
    public async Task A_run_knows_the_one_before_and_the_one_after_it()
    {
        var (_, jobs) = await FillAsync(RunStatus.Success, RunStatus.Failed, RunStatus.Success);
        await FillAsync(RunStatus.Success, RunStatus.Success);
        await using var db = bench.Database();

        var middle = await JobNeighbours.OfAsync(db, await bench.JobAsync(jobs[1]), Cancel);
        var last = await JobNeighbours.OfAsync(db, await bench.JobAsync(jobs[2]), Cancel);

        Assert.Equal(
            (new NeighbourJob(jobs[0], Noon, RunStatus.Success), new NeighbourJob(jobs[2], Noon.AddHours(2), RunStatus.Success)),
            (middle.Older, middle.Newer));
        Assert.Equal((jobs[1], null), (last.Older!.Id, last.Newer));
        Assert.Null((await JobNeighbours.OfAsync(db, await bench.JobAsync(jobs[0]), Cancel)).Older);
    }

    /// <summary>Runs of a new source, one an hour from noon on.</summary>
    private async Task<(Guid Source, IReadOnlyList<Guid> Jobs)> FillAsync(params RunStatus[] statuses)
    {
        await bench.RequireAsync();
        var source = await bench.AddSourceAsync($"shop {Guid.NewGuid():N}");
        var jobs = new List<Guid>();
        foreach (var (hour, status) in statuses.Index())
        {
            var job = await bench.AddJobAsync(source, status, bytes: 100);
            var at = Noon.AddHours(hour);
            var finished = status == RunStatus.Running ? (DateTimeOffset?)null : at.AddSeconds(90);
            await using var db = bench.Database();
            await db.Set<BackupJob>().Where(j => j.Id == job).ExecuteUpdateAsync(
                set => set.SetProperty(j => j.CreatedAt, at).SetProperty(j => j.StartedAt, at).SetProperty(j => j.FinishedAt, finished)
                    .SetProperty(j => j.BytesRead, 500),
                Cancel);
            jobs.Add(job);
        }

        return (source, jobs);
    }
}
