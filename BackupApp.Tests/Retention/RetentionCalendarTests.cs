using BackupApp.Policies;
using BackupApp.Retention;

namespace BackupApp.Tests.Retention;

public sealed class RetentionCalendarTests
{
    // A Monday.
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("15 2 * * *", 14, 7, "After a while you would always have 14 backups, the oldest 13 days old.")]
    [InlineData("15 2 * * *", 0, 3, "After a while you would always have 3 backups, the oldest 2 days old.")]
    [InlineData("15 2 * * *", 1, 0, "After a while you would always have 1 backup, the oldest from today.")]
    [InlineData("30 3 * * 0", 14, 7, "After a while you would always have 7 backups, the oldest 43 days old.")]
    [InlineData("0 * * * *", 1, 0, "After a while you would always have 25 backups, the oldest a day old.")]
    [InlineData("15 2 * * *", 0, 0, "After a while you would always have at least 400 backups, the oldest 399 days old or more.")]
    [InlineData("0 0 29 2 *", 14, 0, "No run of this schedule would be there yet.")]
    public void It_says_what_would_be_there(string cron, int days, int last, string sentence) =>
        Assert.Equal(sentence, Of(cron, days, last).Sentence);

    [Fact]
    public void It_shows_whole_weeks_to_this_one_and_each_day_as_the_plan_itself_decides()
    {
        var calendar = Of("15 2 * * *", 14, 7);

        Assert.Equal(35, calendar.Days.Count);
        Assert.Equal(new DateOnly(2026, 10, 26), calendar.Days[0].Day);
        Assert.Equal(new DateOnly(2026, 11, 29), calendar.Days[^1].Day);
        var kept = calendar.Days.Where(d => d.Kept > 0).Select(d => d.Day).ToList();
        Assert.Equal((new DateOnly(2026, 11, 10), new DateOnly(2026, 11, 23), 14), (kept[0], kept[^1], kept.Count));
        // Ran and gone before, not yet afterwards.
        Assert.All(calendar.Days.Where(d => d.Day < kept[0]), d => Assert.Equal((1, 0), (d.Runs, d.Kept)));
        Assert.All(calendar.Days.Where(d => d.Day > kept[^1]), d => Assert.Equal((0, 0), (d.Runs, d.Kept)));
    }

    [Fact]
    public void A_schedule_of_each_minute_is_followed_no_further_than_a_day()
    {
        var calendar = Of("* * * * *", 0, 100);

        Assert.Equal(100, calendar.Kept);
        Assert.False(calendar.GoesOn);
    }

    [Fact]
    public void Days_are_those_of_the_schedules_zone()
    {
        var schedule = CronSchedule.Read("30 0 * * *", "Pacific/Auckland", out _)!;

        Assert.Equal(new DateOnly(2026, 11, 24), RetentionCalendar.Of(new RetentionRule(14, 7), schedule, Now).Today);
    }

    private static RetentionCalendar Of(string cron, int days, int last) =>
        RetentionCalendar.Of(new RetentionRule(days, last), CronSchedule.Read(cron, "UTC", out _)!, Now);
}
