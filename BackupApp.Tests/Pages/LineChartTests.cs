using BackupApp.History;
using BackupApp.Pages.Contents;

namespace BackupApp.Tests.Pages;

public sealed class LineChartTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 1, 2, 15, 0, TimeSpan.Zero);

    [Fact]
    public void A_line_goes_from_zero_at_the_bottom_to_the_most_at_the_top_and_its_last_point_is_known()
    {
        var chart = LineChart.Of(Points(0, 50, 100))!;

        Assert.Equal(("M6 154 L360 80 L714 6", "714", "6", 100L), (chart.Path, chart.LastX, chart.LastY, chart.Most));
        Assert.Equal((Start, Start.AddDays(2)), (chart.First, chart.Last));
        Assert.Null(chart.Band);
        Assert.Empty(chart.Odd);
    }

    [Fact]
    public void What_was_not_read_is_a_gap_and_one_point_is_no_line()
    {
        Assert.Equal("M6 154 M714 6", LineChart.Of(Points(0, null, 100))!.Path);
        Assert.Null(LineChart.Of(Points(1)));
        Assert.Null(LineChart.Of(Points(null, 1, null)));
        Assert.Equal("M6 154 L714 154", LineChart.Of(Points(0, 0))!.Path);
    }

    [Fact]
    public void A_second_line_shares_the_scale()
    {
        var chart = LineChart.Of(Points(0, 50, 100), [0, 100, 200])!;

        Assert.Equal(("M6 154 L360 80 L714 6", 200L), (chart.Other, chart.Most));
        Assert.Equal("M6 154 L360 117 L714 80", chart.Path);
    }

    [Fact]
    public void The_band_is_an_area_where_something_was_expected_and_what_lies_outside_is_marked()
    {
        var usual = new UsualRange(40, 50, 60);

        var chart = LineChart.Of(Points(0, 50, 100), null, [null, usual, usual])!;

        Assert.Equal("M360 65.2 L714 65.2 L714 94.8 L360 94.8 Z", chart.Band);
        Assert.Equal(new ChartMark("714", "6", Start.AddDays(2)), Assert.Single(chart.Odd));
        // What was expected beyond the top ends there.
        var high = LineChart.Of(Points(0, 50, 100), null, [null, new(40, 50, 600), usual])!;
        Assert.StartsWith("M360 6 ", high.Band, StringComparison.Ordinal);
    }

    private static List<(DateTimeOffset At, long? Value)> Points(params long?[] values) =>
        [.. values.Select((value, day) => (Start.AddDays(day), value))];
}
