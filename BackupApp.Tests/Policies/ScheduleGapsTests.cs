using BackupApp.Audit;
using BackupApp.Policies;

namespace BackupApp.Tests.Policies;

public sealed class ScheduleGapsTests(PolicyBench bench) : IClassFixture<PolicyBench>, IAsyncLifetime
{
    private static readonly DateTimeOffset First = new(2026, 11, 20, 2, 15, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Long = DateTimeOffset.UtcNow.AddDays(-1);

    private Guid _source;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await bench.RequireAsync();
        _source = await bench.AddSourceAsync($"source {Guid.NewGuid():N}");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData(1, false, "1 run of Nightly was missed: BackupApp was down.")]
    [InlineData(5, false, "5 runs of Nightly were missed: BackupApp was down.")]
    [InlineData(10_000, true, "More than 10000 runs of Nightly were missed: BackupApp was down.")]
    public async Task Missed_runs_are_one_gap_an_outage_with_its_ends(int count, bool isCapped, string sentence)
    {
        await RecordAsync(
            AuditActions.BackupMissed,
            new { policy = "Nightly", Count = count, First, Last = First.AddDays(count - 1), IsCapped = isCapped });

        var gap = Assert.Single(await OfSourceAsync());

        Assert.Equal((sentence, First, First.AddDays(count - 1)), (gap.Sentence, gap.First, gap.Last));
    }

    [Fact]
    public async Task Runs_that_are_missed_because_a_schedule_cannot_be_read_are_one_gap_that_says_why()
    {
        for (var n = 0; n < 3; n++)
            await RecordAsync(
                AuditActions.BackupMissed,
                new
                {
                    policy = "Nightly",
                    Count = 2,
                    First = First.AddDays(n),
                    Last = First.AddDays(n).AddHours(1),
                    IsCapped = false,
                    problem = "There is no time zone.",
                });

        var gap = Assert.Single(await OfSourceAsync());

        Assert.Equal(
            (
                "6 runs of Nightly were missed: the schedule could not be read. There is no time zone.",
                First,
                First.AddDays(2).AddHours(1)),
            (gap.Sentence, gap.First, gap.Last));
    }

    [Fact]
    public async Task Skipped_runs_of_a_policy_are_one_gap_that_names_the_backup_in_the_way()
    {
        var job = Guid.NewGuid();
        for (var n = 0; n < 3; n++)
            await RecordAsync(AuditActions.BackupSkipped, new { policy = "Hourly", scheduledFor = First.AddHours(n), stillActive = job });
        await RecordAsync(AuditActions.BackupSkipped, new { policy = "Nightly", scheduledFor = First, stillActive = job });

        var gaps = await OfSourceAsync();

        Assert.Equal(["Nightly", "Hourly"], gaps.Select(g => g.Policy));
        Assert.Equal((3, First, First.AddHours(2), (Guid?)job), (gaps[1].Count, gaps[1].First, gaps[1].Last, gaps[1].StillActive));
        Assert.Equal("3 runs of Hourly were skipped: the backup before was still running.", gaps[1].Sentence);
    }

    [Fact]
    public async Task Only_the_source_that_was_asked_about_and_only_lately()
    {
        await RecordAsync(AuditActions.BackupMissed, new { policy = "Nightly", Count = 1, First, Last = First, IsCapped = false });
        await using var db = bench.Database();

        Assert.Empty(await ScheduleGaps.OfSourceAsync(db, Guid.NewGuid(), Long, Cancel));
        Assert.Empty(await ScheduleGaps.OfSourceAsync(db, _source, DateTimeOffset.UtcNow.AddMinutes(5), Cancel));
        Assert.Contains(await ScheduleGaps.AllAsync(db, Long, Cancel), g => g.DataSourceId == _source);
    }

    private async Task<IReadOnlyList<ScheduleGap>> OfSourceAsync()
    {
        await using var db = bench.Database();
        return await ScheduleGaps.OfSourceAsync(db, _source, Long, Cancel);
    }

    private async Task RecordAsync(string action, object metadata)
    {
        await using var db = bench.Database();
        PolicyBench.Log(db).Record(action, new AuditTarget("datasource", _source, "Shop"), metadata);
        await db.SaveChangesAsync(Cancel);
    }
}
