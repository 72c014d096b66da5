using BackupApp.Pages.Ui;
using BackupApp.Policies;

namespace BackupApp.Tests.Policies;

public sealed class DayGridTests
{
    private static readonly DateOnly Saturday = new(2026, 10, 24);

    // Clocks are set back on the 25th.
    private static readonly DayGrid Grid = ViewerZone.Named("Europe/Berlin").Days(Saturday, Saturday.AddDays(2));

    [Fact]
    public void Days_begin_when_they_do_there_also_where_the_clock_changes()
    {
        Assert.Equal(["23 22:00", "24 22:00", "25 23:00"], Grid.Starts.Select(s => s.UtcDateTime.ToString("d HH:mm", null)));
        Assert.Equal((Saturday, Saturday.AddDays(2), 3), (Grid.First, Grid.All.Last(), Grid.All.Count()));
    }

    [Theory]
    [InlineData("2026-10-23T21:59:59Z", 23)]
    [InlineData("2026-10-23T22:00:00Z", 24)]
    [InlineData("2026-10-25T22:59:59Z", 25)]
    [InlineData("2026-10-25T23:00:00Z", 26)]
    [InlineData("2026-11-01T00:00:00Z", 26)]
    public void A_moment_is_of_the_day_that_it_is_in(string moment, int day) =>
        Assert.Equal(day, Grid.DayOf(DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture)).Day);

    [Fact]
    public void A_bucket_counts_from_one() => Assert.Equal(Saturday, Grid.OfBucket(1));
}
