using BackupApp.History;
using BackupApp.Pages.DataSources;
using BackupApp.Pages.Ui;
using BackupApp.Policies;
using BackupApp.Protection.Board;

namespace BackupApp.Tests.Pages;

public sealed class RunCalendarTests
{
    private static readonly DateOnly Friday = new(2026, 11, 27);

    private static readonly DayGrid Grid = ViewerZone.Named("UTC").Days(RunCalendar.FirstDay(Friday), Friday);

    [Fact]
    public void It_begins_on_a_monday_and_ends_today()
    {
        var calendar = RunCalendar.Of([], Missed(), Grid);

        Assert.Equal(new DateOnly(2026, 8, 31), RunCalendar.FirstDay(Friday));
        Assert.Equal(RunCalendar.FirstDay(Friday), calendar.Weekdays[0][0]!.Day);
        Assert.Equal(Friday, calendar.Weekdays[4][^1]!.Day);
        Assert.Null(calendar.Weekdays[5][^1]);
        Assert.All(calendar.Weekdays, row => Assert.Equal(RunCalendar.Weeks, row.Count));
        Assert.Equal(new DateOnly(2026, 11, 23), RunCalendar.FirstDay(new(2026, 11, 29)).AddDays((RunCalendar.Weeks - 1) * 7));
        Assert.Equal(new DateOnly(2026, 11, 30), RunCalendar.FirstDay(new(2026, 11, 30)).AddDays((RunCalendar.Weeks - 1) * 7));
        Assert.Equal("0 days good.", calendar.Sentence);
    }

    [Theory]
    [InlineData(2, 0, 0, 0, DayOutcome.Good, "27 Nov: 2 good")]
    [InlineData(2, 0, 1, 0, DayOutcome.Good, "27 Nov: 2 good, 1 failed")]
    [InlineData(0, 1, 0, 0, DayOutcome.Partial, "27 Nov: 1 partial")]
    [InlineData(0, 1, 1, 0, DayOutcome.Partial, "27 Nov: 1 partial, 1 failed")]
    [InlineData(0, 0, 3, 1, DayOutcome.Failed, "27 Nov: 3 failed, 1 canceled")]
    [InlineData(0, 0, 0, 1, DayOutcome.None, "27 Nov: 1 canceled")]
    public void A_day_is_as_good_as_its_runs(int good, int partial, int failed, int canceled, DayOutcome outcome, string words)
    {
        var day = RunCalendar.Of([new(Friday, good, partial, failed, canceled)], Missed(), Grid).Weekdays[4][^1]!;

        Assert.Equal((outcome, words, true, "2026-11-27"), (day.Outcome, day.Words, day.HasRuns, day.Key));
    }

    [Fact]
    public void A_day_whose_only_backup_was_damaged_since_has_none_that_is_any_good()
    {
        var day = RunCalendar.Of([new(Friday, 0, 0, 0, 0) { Damaged = 1 }], Missed(), Grid).Weekdays[4][^1]!;

        Assert.Equal((DayOutcome.Failed, "27 Nov: 1 damaged", true), (day.Outcome, day.Words, day.HasRuns));
    }

    [Fact]
    public void Missed_days_show_beside_what_ran()
    {
        var calendar = RunCalendar.Of([new(Friday.AddDays(-3), 1, 0, 0, 0)], Missed(3, 2), Grid);

        Assert.Equal(
            ["24 Nov: 1 good, some missed", "25 Nov: missed", "26 Nov: none"],
            new[] { 1, 2, 3 }.Select(weekday => calendar.Weekdays[weekday][^1]!.Words));
        Assert.Equal(DayOutcome.Good, calendar.Weekdays[1][^1]!.Outcome);
        Assert.Equal((DayOutcome.Missed, false), (calendar.Weekdays[2][^1]!.Outcome, calendar.Weekdays[2][^1]!.HasRuns));
    }

    [Fact]
    public void The_sentence_counts_the_good_and_names_the_last_of_the_others()
    {
        var calendar = RunCalendar.Of(
            [
                new(Friday, 1, 0, 0, 0), new(Friday.AddDays(-1), 0, 1, 0, 0), new(Friday.AddDays(-2), 0, 0, 1, 0),
                new(Friday.AddDays(-9), 0, 0, 4, 0),
            ],
            Missed(3),
            Grid);

        Assert.Equal("1 day good, 1 partial 26 Nov, 2 failed, last 25 Nov, 1 missed 24 Nov.", calendar.Sentence);
    }

    private static HashSet<DateOnly> Missed(params int[] daysAgo) => [.. daysAgo.Select(ago => Friday.AddDays(-ago))];
}
