using BackupApp.Policies;
using static BackupApp.Tests.Policies.Schedules;

namespace BackupApp.Tests.Policies;

public sealed class ClockChangeTests
{
    private const string Prague = "Europe/Prague";
    private const string NewYork = "America/New_York";
    private const string LordHowe = "Australia/Lord_Howe"; // its summer time is half an hour
    private const string Kolkata = "Asia/Kolkata"; // has none
    private const string Dublin = "Europe/Dublin"; // by law its winter time is the exception
    private const string Nuuk = "America/Nuuk"; // changes at midnight

    [Theory]
    // A skipped time runs when the gap ends.
    [InlineData(Prague, "30 2 * * *", "2027-03-27T12:00", "2027-03-28T01:00", "2027-03-29T00:30")]
    [InlineData(NewYork, "30 2 * * *", "2027-03-13T12:00", "2027-03-14T07:00", "2027-03-15T06:30")]
    [InlineData(LordHowe, "15 2 * * *", "2026-10-03T12:00", "2026-10-03T15:30", "2026-10-04T15:15")]
    [InlineData(Dublin, "30 1 * * *", "2027-03-27T12:00", "2027-03-28T01:00", "2027-03-29T00:30")]
    [InlineData(Nuuk, "30 23 * * *", "2027-03-27T12:00", "2027-03-28T01:00", "2027-03-29T00:30")]
    // A time that comes twice runs the first time only.
    [InlineData(Prague, "30 2 * * *", "2026-10-24T12:00", "2026-10-25T00:30", "2026-10-26T01:30")]
    [InlineData(NewYork, "30 1 * * *", "2026-10-31T12:00", "2026-11-01T05:30", "2026-11-02T06:30")]
    [InlineData(LordHowe, "45 1 * * *", "2027-04-03T12:00", "2027-04-03T14:45", "2027-04-04T15:15")]
    [InlineData(Dublin, "30 1 * * *", "2026-10-24T12:00", "2026-10-25T00:30", "2026-10-26T01:30")]
    // Times on either side of a change keep to the wall clock.
    [InlineData(Prague, "15 1 * * *", "2027-03-27T12:00", "2027-03-28T00:15", "2027-03-28T23:15")]
    [InlineData(Prague, "0 3 * * *", "2026-10-24T12:00", "2026-10-25T02:00", "2026-10-26T02:00")]
    [InlineData(Kolkata, "30 2 * * *", "2027-03-27T12:00", "2027-03-27T21:00", "2027-03-28T21:00")]
    [InlineData(Kolkata, "30 2 * * *", "2026-10-24T12:00", "2026-10-24T21:00", "2026-10-25T21:00")]
    public void A_daily_time_keeps_to_the_wall_clock(string zone, string cron, string after, string first, string second)
    {
        var runs = Read(cron, zone).NextRuns(Utc(after), 2);

        Assert.Equal([Utc(first), Utc(second)], runs);
    }

    [Theory]
    [InlineData(Prague)]
    [InlineData(NewYork)]
    [InlineData(LordHowe)]
    [InlineData(Kolkata)]
    public void Every_quarter_of_an_hour_runs_exactly_once_on_each_day_of_two_years(string zone)
    {
        for (var minute = 0; minute < 24 * 60; minute += 15)
            AssertOnceADay($"{minute % 60} {minute / 60} * * *", zone, Utc("2026-01-01"), 730);
    }

    [Fact]
    public void A_nightly_backup_runs_exactly_once_a_day_in_every_zone_there_is()
    {
        Assert.True(TimeZones.All.Count > 300);
        string[] nightly = ["0 0 * * *", "30 0 * * *", "30 1 * * *", "15 2 * * *", "45 2 * * *", "0 3 * * *"];
        foreach (var zone in TimeZones.All)
        {
            foreach (var cron in nightly)
                AssertOnceADay(cron, zone, Utc("2027-01-01"), 365);
        }
    }

    [Theory]
    [InlineData(Prague, "2026-10-25", 25)]
    [InlineData(Prague, "2027-03-28", 23)]
    [InlineData(NewYork, "2026-11-01", 25)]
    [InlineData(NewYork, "2027-03-14", 23)]
    [InlineData(Dublin, "2026-10-25", 25)]
    [InlineData(Dublin, "2027-03-28", 23)]
    [InlineData(LordHowe, "2027-04-04", 24)] // 02:00 comes once, after a repeated half hour
    [InlineData(Kolkata, "2026-10-25", 24)]
    public void An_hourly_schedule_has_a_moment_of_its_own_for_each_run_of_a_day(string zone, string date, int expected)
    {
        var day = DateOnly.Parse(date, System.Globalization.CultureInfo.InvariantCulture);
        var around = Read("0 * * * *", zone).Occurrences(Utc(date).AddDays(-2), Utc(date).AddDays(3), int.MaxValue);

        var runs = around.Where(run => LocalDate(run, zone) == day).ToList();

        Assert.Equal(expected, runs.Count);
        Assert.Equal(runs.Count, runs.Distinct().Count());
        Assert.All(runs.Zip(runs.Skip(1)), pair => Assert.True(pair.Second - pair.First >= TimeSpan.FromMinutes(60), $"{pair}"));
    }

    [Fact]
    public void Quarter_hours_run_in_both_passes_of_the_repeated_hour()
    {
        var runs = Read("*/15 2 * * *", Prague).Occurrences(Utc("2026-10-24T12:00"), Utc("2026-10-25T12:00"), 100);

        Assert.Equal(
            ["00:00", "00:15", "00:30", "00:45", "01:00", "01:15", "01:30", "01:45"],
            runs.Select(run => run.ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("America/New_York")]
    [InlineData("Europe/Prague")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("Asia/Kolkata")]
    [InlineData("America/St_Johns")]
    [InlineData("Antarctica/Troll")]
    [InlineData("Africa/Cairo")]
    public void The_library_agrees_where_it_gets_through_a_year(string zone)
    {
        foreach (var cron in (string[])
            ["30 2 * * *", "0 * * * *", "*/7 * * * *", "*/15 1-3 * * *", "0,30 0,1,2,3 * * *", "10 */2 * * 0", "0 1 L * *"])
        {
            var expected = Cronos.CronExpression.Parse(cron)
                .GetOccurrences(Utc("2026-06-01"), Utc("2027-06-01"), TimeZones.Find(zone)!, fromInclusive: false, toInclusive: true);

            Assert.Equal(
                expected.Select(run => run.ToUniversalTime()),
                Read(cron, zone).Occurrences(Utc("2026-06-01"), Utc("2027-06-01"), int.MaxValue));
        }
    }

    [Theory]
    [InlineData(Prague)]
    [InlineData(NewYork)]
    [InlineData(LordHowe)]
    [InlineData(Kolkata)]
    public void The_last_missed_run_is_one_that_would_have_run(string zone)
    {
        foreach (var cron in (string[])["30 2 * * *", "15 2 * * *", "0 * * * *", "*/20 1-2 * * *", "0,30 2 * * 0"])
        {
            var schedule = Read(cron, zone);
            foreach (var change in (string[])["2026-10-04", "2026-10-25", "2026-11-01", "2027-03-14", "2027-03-28", "2027-04-04"])
            {
                var runs = schedule.Occurrences(Utc(change).AddDays(-10), Utc(change).AddDays(3), int.MaxValue);
                foreach (var (run, next) in runs.Zip(runs.Skip(1)))
                {
                    var missed = schedule.Evaluate(run.AddMinutes(-1), next + Schedule.Window, runOnceAfterDowntime: false).Missed;
                    Assert.Equal(run, missed!.Last);
                }
            }
        }
    }

    private static void AssertOnceADay(string cron, string zone, DateTimeOffset from, int days)
    {
        var runs = Read(cron, zone).Occurrences(from, from.AddDays(days), days + 2);

        // A time that a change skips may run on the next day by the clock, right after midnight: what counts is the night.
        Assert.True(runs.Count == days, $"'{cron}' in {zone} ran {runs.Count} times in {days} days.");
        foreach (var (run, next) in runs.Zip(runs.Skip(1)))
            Assert.True(
                next - run >= TimeSpan.FromHours(22) && next - run <= TimeSpan.FromHours(26),
                $"'{cron}' in {zone} ran at {run:u} and then at {next:u}.");
    }

    private static DateOnly LocalDate(DateTimeOffset run, string zone) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(run, TimeZones.Find(zone)!).DateTime);
}
