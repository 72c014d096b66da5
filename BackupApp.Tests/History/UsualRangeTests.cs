using BackupApp.History;

namespace BackupApp.Tests.History;

public sealed class UsualRangeTests
{
    private static readonly Slack Quarter = new(0.25, 0);

    [Theory]
    [InlineData("100 100 100 100 100", 75, 100, 125)] // equal ones leave the slack alone
    [InlineData("90 95 100 105 110", 75, 100, 125)] // so does a little scatter
    [InlineData("60 80 100 120 140", 12, 100, 188)] // much scatter makes it wide
    [InlineData("100 100 9999 100 100", 75, 100, 125)] // one bad run changes nothing
    [InlineData("100 100 100 100 200 200", 75, 100, 125)]
    [InlineData("0 0 0 0 0", 0, 0, 0)]
    public void It_lies_around_the_median_as_wide_as_the_values_scatter(string values, long low, long median, long high) =>
        Assert.Equal(new UsualRange(low, median, high), UsualRange.Of([.. values.Split(' ').Select(v => long.Parse(v, null))], Quarter));

    [Fact]
    public void It_is_never_below_zero_and_at_least_as_wide_as_the_slack()
    {
        Assert.Equal(new UsualRange(0, 1000, 6000), UsualRange.Of([1000, 1000, 1000, 1000, 1000], Slack.OfDuration));
        Assert.Equal(new UsualRange(0, 500, 500 + (1 << 20)), UsualRange.Of([500, 500, 500, 500, 500], Slack.OfSize));
    }

    [Fact]
    public void Too_few_runs_have_no_habit_and_only_those_just_before_count()
    {
        Assert.Null(UsualRange.Of([1, 2, 3, 4], Quarter));
        long[] grown = [.. Enumerable.Repeat(1L, 30), .. Enumerable.Repeat(100L, 11)];

        var ranges = UsualRange.Before(grown, Quarter);

        Assert.Equal([true, true, true, true, true, false], ranges.Take(6).Select(r => r is null));
        Assert.False(ranges[30]!.Value.Holds(grown[30]));
        Assert.True(ranges[^1]!.Value.Holds(grown[^1]));
    }
}
