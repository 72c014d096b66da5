using BackupApp.Policies;
using static BackupApp.Tests.Policies.Schedules;

namespace BackupApp.Tests.Policies;

public sealed class ScheduleTests
{
    [Theory]
    [InlineData("0 12 29 2 *", "2026-01-01", "2028-02-29T12:00", "2032-02-29T12:00")]
    [InlineData("0 12 29 2 *", "2096-03-01", "2104-02-29T12:00", "2108-02-29T12:00")] // 2100 is no leap year
    [InlineData("0 1 31 * *", "2026-01-31T02:00", "2026-03-31T01:00", "2026-05-31T01:00")]
    [InlineData("0 1 L * *", "2026-01-31T02:00", "2026-02-28T01:00", "2026-03-31T01:00")]
    [InlineData("0 1 L 2 *", "2027-01-01", "2027-02-28T01:00", "2028-02-29T01:00")]
    [InlineData("59 23 31 12 *", "2026-12-31T23:58", "2026-12-31T23:59", "2027-12-31T23:59")]
    [InlineData("0 0 1 1 *", "2026-12-31T23:59", "2027-01-01", "2028-01-01")]
    [InlineData("0 4 * * 7", "2026-11-23", "2026-11-29T04:00", "2026-12-06T04:00")]
    [InlineData("0 4 * * MON-FRI", "2026-11-27T04:00", "2026-11-30T04:00", "2026-12-01T04:00")]
    [InlineData("0 4 13 * 5", "2026-11-13T04:00", "2027-08-13T04:00", "2028-10-13T04:00")] // both have to fit
    public void Calendars_are_followed(string cron, string after, string first, string second)
    {
        Assert.Equal([Utc(first), Utc(second)], Read(cron).NextRuns(Utc(after), 2));
    }

    [Fact]
    public void The_next_runs_are_told_by_the_zones_own_clock()
    {
        var runs = Read("15 2 * * *", "Europe/Prague").NextRuns(Utc("2026-10-23T12:00"), 3);

        Assert.Equal(
            ["2026-10-24T02:15:00+02:00", "2026-10-25T02:15:00+02:00", "2026-10-26T02:15:00+01:00"],
            runs.Select(run => $"{run:yyyy-MM-ddTHH:mm:sszzz}"));
    }

    [Fact]
    public void Occurrences_leave_out_the_start_and_include_the_end()
    {
        var schedule = Read("0 * * * *");

        Assert.Equal(
            [Utc("2026-11-23T02:00"), Utc("2026-11-23T03:00")],
            schedule.Occurrences(Utc("2026-11-23T01:00"), Utc("2026-11-23T03:00"), 100));
        Assert.Equal([Utc("2026-11-23T02:00")], schedule.Occurrences(Utc("2026-11-23T01:00"), Utc("2026-11-23T03:00"), 1));
        Assert.Empty(schedule.Occurrences(Utc("2026-11-23T01:00"), Utc("2026-11-23T01:00"), 100));
    }

    [Theory]
    [InlineData("", "five fields")]
    [InlineData("0 2 * *", "This has 4 fields")]
    [InlineData("0", "This has 1 field,")]
    [InlineData("0 0 2 * * *", "Leave out the seconds")]
    [InlineData("@daily", "'@daily' as five fields")]
    [InlineData("61 2 * * *", "'61' is not a minute: use 0 to 59")]
    [InlineData("0 24 * * *", "'24' is not an hour")]
    [InlineData("0 0 0 * *", "'0' is not a day of the month")]
    [InlineData("0 0 * 13 *", "'13' is not a month")]
    [InlineData("0 0 * * FOO", "'FOO' is not a day of the week")]
    [InlineData("*/0 * * * *", "'*/0' is not a minute")]
    [InlineData("H 2 * * *", "'H' is not a minute")]
    [InlineData("0 0 31 2 *", "never runs")]
    [InlineData("0 0 31 4,6,9,11 *", "never runs")]
    [InlineData("0 0 30 2 *", "never runs")]
    public void What_is_wrong_with_a_schedule_is_said_in_a_sentence(string cron, string expected)
    {
        Assert.Null(Schedule.Read(cron, "UTC", out var problems));

        Assert.Contains(expected, problems.Cron, StringComparison.Ordinal);
        Assert.EndsWith(".", problems.Cron, StringComparison.Ordinal);
        Assert.Null(problems.TimeZone);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("Europe/Prag")]
    [InlineData("Central European Standard Time")] // the same zone by its Windows name
    [InlineData("localtime")]
    [InlineData("posix/Europe/Prague")]
    [InlineData("right/UTC")]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/localtime")]
    [InlineData("Factory")]
    public void A_zone_that_is_not_an_IANA_zone_is_refused(string? zone)
    {
        Assert.Null(Schedule.Read("0 2 * * *", zone, out var problems));

        Assert.NotNull(problems.TimeZone);
        Assert.Null(problems.Cron);
    }

    [Fact]
    public void Both_problems_are_named_at_once()
    {
        Assert.Null(Schedule.Read("nonsense", "nowhere", out var problems));

        Assert.NotNull(problems.Cron);
        Assert.NotNull(problems.TimeZone);
    }

    [Theory]
    [InlineData("europe/prague", "Europe/Prague")]
    [InlineData(" UTC ", "UTC")]
    [InlineData("US/Eastern", "US/Eastern")]
    public void A_zone_is_found_whatever_its_capitals(string entered, string expected)
    {
        Assert.Equal(expected, Read("0 2 * * *", entered).Zone.Id);
    }

    [Fact]
    public void A_schedule_has_one_spelling()
    {
        Assert.Equal("0 2 * * 1-5", Read("  0  2\t* *   1-5 ").Cron);
    }
}
