using BackupApp.History;
using BackupApp.Pages.DataSources;
using BackupApp.Pages.Ui;
using BackupApp.Runs;

namespace BackupApp.Tests.Pages;

public sealed class SourceChartsTests
{
    private const long Megabyte = 1 << 20;

    private static readonly DateTimeOffset Start = new(2026, 11, 1, 2, 15, 0, TimeSpan.Zero);

    [Fact]
    public void A_run_as_those_before_it_is_as_usual()
    {
        var charts = SourceCharts.Of([.. Enumerable.Range(0, 8).Select(day => Run(day, 100, 60))]);

        Assert.Equal("100 MiB stored of 500 MiB dumped, as usual.", charts.Size!.Sentence);
        Assert.Equal("1 min 00 s, as usual.", charts.Duration!.Sentence);
        Assert.Equal("500 MiB", charts.Size.Top);
        Assert.All(charts.Rows, row => Assert.Empty(row.Odd));
        Assert.NotNull(charts.Size.Chart.Band);
    }

    [Fact]
    public void One_that_stands_out_is_said_in_the_sentence_and_in_the_table()
    {
        RunFigure[] runs = [.. Enumerable.Range(0, 7).Select(day => Run(day, 100, 60)), Run(7, 10, 600)];

        var charts = SourceCharts.Of(runs);

        var usual = $"usual would be {Quantity.Bytes(75 * Megabyte)} to {Quantity.Bytes(125 * Megabyte)}";
        Assert.Equal($"10.0 MiB stored of 50.0 MiB dumped; {usual}. One run stands out.", charts.Size!.Sentence);
        Assert.Equal("10 min 00 s; usual would be 30 s to 1 min 30 s. One run stands out.", charts.Duration!.Sentence);
        Assert.Equal((runs[^1], "unusually small, unusually slow"), (charts.Rows[0].Run, charts.Rows[0].Odd));
        Assert.Equal(runs[0], charts.Rows[^1].Run);
        Assert.Equal(Start.AddDays(7), Assert.Single(charts.Size.Chart.Odd).At);
    }

    [Fact]
    public void The_first_runs_are_neither_usual_nor_unusual()
    {
        Assert.Equal("5.0 MiB stored of 25.0 MiB dumped.", SourceCharts.Of([Run(0, 100, 60), Run(1, 5, 60)]).Size!.Sentence);
        Assert.False(SourceCharts.Of([Run(0, 100, 60)]).HasCharts);
        Assert.False(SourceCharts.Of([]).HasCharts);
    }

    private static RunFigure Run(int day, long megabytes, int seconds) => new(
        Guid.NewGuid(),
        Start.AddDays(day),
        RunStatus.Success,
        megabytes * 5 * Megabyte,
        megabytes * Megabyte,
        TimeSpan.FromSeconds(seconds));
}
