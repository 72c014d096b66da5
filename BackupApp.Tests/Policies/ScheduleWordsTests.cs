using BackupApp.Policies;

namespace BackupApp.Tests.Policies;

public sealed class ScheduleWordsTests
{
    [Theory]
    [InlineData("0 * * * *", "Every hour, on the hour")]
    [InlineData("15 * * * *", "Every hour, at minute 15")]
    [InlineData("15 2 * * *", "Every day at 02:15")]
    [InlineData("5 14 * * *", "Every day at 14:05")]
    [InlineData("30 3 * * 0", "Every Sunday at 03:30")]
    [InlineData("30 3 * * 6", "Every Saturday at 03:30")]
    // What has no words stays what it is.
    [InlineData("*/15 * * * *", "Cron */15 * * * *")]
    [InlineData("15 2 1 * *", "Cron 15 2 1 * *")]
    [InlineData("15 2 * * 1-5", "Cron 15 2 * * 1-5")]
    [InlineData("15 */6 * * *", "Cron 15 */6 * * *")]
    [InlineData("15 2 * 1 *", "Cron 15 2 * 1 *")]
    [InlineData("15 * * * 1", "Cron 15 * * * 1")]
    public void Words_and_cron_say_the_same(string cron, string sentence)
    {
        var words = ScheduleWords.Of(cron);

        Assert.Equal(sentence, words.Sentence);
        Assert.Equal(cron, words.ToCron("", []));
        Assert.NotNull(CronSchedule.Read(words.ToCron("", []), "UTC", out _));
    }

    [Fact]
    public void The_other_Sunday_is_Sunday() => Assert.Equal("30 3 * * 0", ScheduleWords.Of("30 3 * * 7").ToCron("", []));

    [Theory]
    [InlineData(ScheduleEvery.Daily, "25:00", 0, "Terms.Time")]
    [InlineData(ScheduleEvery.Weekly, "", 0, "Terms.Time")]
    [InlineData(ScheduleEvery.Hourly, "02:15", 60, "Terms.Minute")]
    [InlineData(ScheduleEvery.Hourly, "02:15", null, "Terms.Minute")]
    public void What_cannot_be_read_is_said_at_its_field(ScheduleEvery every, string time, int? minute, string field)
    {
        var problems = new Dictionary<string, string>();

        Assert.Null(new ScheduleWords { Every = every, Time = time, Minute = minute }.ToCron("Terms.", problems));

        Assert.Equal([field], problems.Keys);
    }

    [Fact]
    public void Only_the_fields_of_the_choice_count()
    {
        Assert.Equal("7 * * * *", new ScheduleWords { Every = ScheduleEvery.Hourly, Time = "nonsense", Minute = 7 }.ToCron("", []));
        Assert.Equal("a b", new ScheduleWords { Every = ScheduleEvery.Cron, Time = "nonsense", Cron = "a b" }.ToCron("", []));
    }

    [Fact]
    public void Night_times_begin_at_a_quarter_past_two_and_are_spread_over_three_hours()
    {
        var times = Enumerable.Range(0, 1000).Select(n => TimeOnly.Parse(ScheduleWords.NightTime(n), null)).ToList();

        Assert.Equal(new TimeOnly(2, 15), times[0]);
        Assert.All(times, time => Assert.InRange(time, new TimeOnly(1, 0), new TimeOnly(3, 59)));
        // The first ten are well apart already, of 18 minutes that there are for each; a thousand leave no quarter of an hour empty.
        var first = times.Take(10).Order().ToList();
        Assert.All(first.Zip(first.Skip(1), (one, next) => next - one), gap => Assert.True(gap >= TimeSpan.FromMinutes(6), $"{gap}"));
        Assert.All(times.GroupBy(t => (int)t.ToTimeSpan().TotalMinutes / 15), quarter => Assert.InRange(quarter.Count(), 75, 92));
        Assert.Equal(12, times.Select(t => (int)t.ToTimeSpan().TotalMinutes / 15).Distinct().Count());
    }
}
