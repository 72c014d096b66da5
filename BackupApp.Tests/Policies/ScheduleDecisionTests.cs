using BackupApp.Policies;
using Microsoft.Extensions.Time.Testing;
using static BackupApp.Tests.Policies.Schedules;

namespace BackupApp.Tests.Policies;

public sealed class ScheduleDecisionTests
{
    private const string Daily = "15 2 * * *";

    [Theory]
    [InlineData("2026-11-23T02:14:59", null)]
    [InlineData("2026-11-23T02:15:00", "2026-11-23T02:15")]
    [InlineData("2026-11-23T02:20:00", "2026-11-23T02:15")]
    [InlineData("2026-11-23T02:30:00", "2026-11-23T02:15")] // 15 minutes old, to the second
    public void An_occurrence_of_the_last_quarter_of_an_hour_is_due(string now, string? due)
    {
        var decision = Read(Daily).Evaluate(Utc("2026-11-23T00:00"), Utc(now), runOnceAfterDowntime: false);

        Assert.Equal(due is null ? [] : [Utc(due)], decision.Due);
        Assert.Null(decision.Missed);
        Assert.Equal(Utc(now), decision.EvaluatedUntil);
    }

    [Fact]
    public void An_older_one_is_missed_and_not_caught_up()
    {
        var decision = Read(Daily).Evaluate(Utc("2026-11-23T00:00"), Utc("2026-11-23T02:30:01"), runOnceAfterDowntime: false);

        Assert.Empty(decision.Due);
        Assert.Equal(new MissedOccurrences(1, Utc("2026-11-23T02:15"), Utc("2026-11-23T02:15"), false), decision.Missed);
    }

    [Fact]
    public void A_long_outage_is_one_summary_and_the_recent_occurrence_still_runs()
    {
        var decision = Read("0 * * * *").Evaluate(Utc("2026-11-20T12:30"), Utc("2026-11-23T08:10"), runOnceAfterDowntime: false);

        Assert.Equal([Utc("2026-11-23T08:00")], decision.Due);
        Assert.Equal(new MissedOccurrences(67, Utc("2026-11-20T13:00"), Utc("2026-11-23T07:00"), false), decision.Missed);
    }

    [Fact]
    public void The_newest_missed_occurrence_runs_once_after_a_downtime_if_the_policy_says_so()
    {
        var decision = Read(Daily).Evaluate(Utc("2026-11-20T12:00"), Utc("2026-11-23T08:00"), runOnceAfterDowntime: true);

        Assert.Equal([Utc("2026-11-23T02:15")], decision.Due);
        Assert.Equal(new MissedOccurrences(2, Utc("2026-11-21T02:15"), Utc("2026-11-22T02:15"), false), decision.Missed);
    }

    [Fact]
    public void A_single_missed_occurrence_that_runs_after_all_is_not_missed()
    {
        var decision = Read(Daily).Evaluate(Utc("2026-11-22T12:00"), Utc("2026-11-23T08:00"), runOnceAfterDowntime: true);

        Assert.Equal([Utc("2026-11-23T02:15")], decision.Due);
        Assert.Null(decision.Missed);
    }

    [Fact]
    public void One_run_after_a_downtime_is_enough_when_a_recent_occurrence_is_due_anyway()
    {
        var decision = Read("0 * * * *").Evaluate(Utc("2026-11-23T04:30"), Utc("2026-11-23T08:10"), runOnceAfterDowntime: true);

        Assert.Equal([Utc("2026-11-23T08:00")], decision.Due);
        Assert.Equal(new MissedOccurrences(3, Utc("2026-11-23T05:00"), Utc("2026-11-23T07:00"), false), decision.Missed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Nothing_before_the_last_evaluation_is_looked_at(bool runOnce)
    {
        // Made, resumed or rescheduled at 02:16 or later: 02:15 of that day is over.
        foreach (var now in (string[])["2026-11-23T02:17", "2026-11-23T09:00", "2026-11-24T02:14:59"])
        {
            var decision = Read(Daily).Evaluate(Utc("2026-11-23T02:16"), Utc(now), runOnce);
            Assert.Empty(decision.Due);
            Assert.Null(decision.Missed);
        }
    }

    [Fact]
    public void A_second_evaluation_finds_nothing_new()
    {
        var schedule = Read("*/5 * * * *");
        var first = schedule.Evaluate(Utc("2026-11-23T00:00"), Utc("2026-11-23T08:02"), runOnceAfterDowntime: true);
        var second = schedule.Evaluate(first.EvaluatedUntil, Utc("2026-11-23T08:02:30"), runOnceAfterDowntime: true);

        Assert.Equal([Utc("2026-11-23T07:50"), Utc("2026-11-23T07:55"), Utc("2026-11-23T08:00")], first.Due);
        Assert.Equal(93, first.Missed!.Count);
        Assert.Empty(second.Due);
        Assert.Null(second.Missed);
    }

    [Fact]
    public void A_clock_that_was_set_back_changes_nothing()
    {
        var decision = Read("* * * * *").Evaluate(Utc("2026-11-23T08:00"), Utc("2026-11-23T07:00"), runOnceAfterDowntime: true);

        Assert.Empty(decision.Due);
        Assert.Null(decision.Missed);
        Assert.Equal(Utc("2026-11-23T08:00"), decision.EvaluatedUntil);
    }

    [Fact]
    public void A_year_of_minutes_is_counted_up_to_a_limit_and_its_end_is_right()
    {
        var missed = Read("* * * * *").Evaluate(Utc("2025-11-23"), Utc("2026-11-23T00:00:30"), runOnceAfterDowntime: false).Missed;

        Assert.Equal(new MissedOccurrences(CronSchedule.MaxCounted, Utc("2025-11-23T00:01"), Utc("2026-11-22T23:45"), true), missed);
    }

    [Theory]
    [InlineData("Europe/Prague", "30 2 * * *", "2026-10-23T00:00", 4)]
    [InlineData("Europe/Prague", "30 2 * * *", "2027-03-26T00:00", 4)]
    [InlineData("America/New_York", "30 1 * * *", "2026-10-30T00:00", 4)]
    [InlineData("Australia/Lord_Howe", "45 1 * * *", "2027-04-02T00:00", 4)]
    [InlineData("Australia/Lord_Howe", "15 2 * * *", "2026-10-02T00:00", 4)]
    [InlineData("Asia/Kolkata", "30 2 * * *", "2026-10-23T00:00", 4)]
    public void A_clock_ticking_through_four_days_with_hiccups_makes_each_run_once(string zone, string cron, string from, int expected)
    {
        var clock = new FakeTimeProvider(Utc(from));
        var schedule = Read(cron, zone);
        var evaluatedUntil = clock.GetUtcNow();
        var runs = new List<DateTimeOffset>();
        for (var tick = 0; clock.GetUtcNow() < Utc(from).AddDays(4); tick++)
        {
            // About a minute, never the same, sometimes a stall of just under a quarter of an hour.
            clock.Advance(TimeSpan.FromSeconds(tick % 97 == 0 ? 880 : 45 + (tick * 7 % 31)));
            var decision = schedule.Evaluate(evaluatedUntil, clock.GetUtcNow(), runOnceAfterDowntime: false);
            Assert.Null(decision.Missed);
            runs.AddRange(decision.Due);
            evaluatedUntil = decision.EvaluatedUntil;
        }

        Assert.Equal(expected, runs.Count);
        Assert.Equal(schedule.Occurrences(Utc(from), evaluatedUntil, 100), runs);
    }
}
