using BackupApp.History;
using BackupApp.Pages.Contents;
using BackupApp.Pages.Ui;

namespace BackupApp.Pages.DataSources;

/// <summary>One run as the table behind the charts says it.</summary>
/// <param name="Odd">What stands out about it, in words; empty for nothing.</param>
public sealed record FigureRow(RunFigure Run, string Odd);

/// <summary>How size and duration of a source's backups develop, and which of them stand out. Pure.</summary>
/// <param name="Size">Null where there are fewer than two runs; so is the other.</param>
/// <param name="Rows">The newest first.</param>
public sealed record SourceCharts(ChartView? Size, ChartView? Duration, IReadOnlyList<FigureRow> Rows)
{
    /// <summary>Runs that are drawn.</summary>
    public const int Runs = 60;

    public bool HasCharts => Size is not null && Duration is not null;

    /// <param name="runs">Oldest first.</param>
    public static SourceCharts Of(IReadOnlyList<RunFigure> runs)
    {
        var stored = runs.Select(r => r.BytesStored).ToList();
        var took = runs.Select(r => (long)r.Duration.TotalMilliseconds).ToList();
        var usualSizes = UsualRange.Before(stored, Slack.OfSize);
        var usualTimes = UsualRange.Before(took, Slack.OfDuration);
        var size = LineChart.Of(
            [.. runs.Select(r => (r.TakenAt, (long?)r.BytesStored))], [.. runs.Select(r => r.BytesRead)], usualSizes);
        var duration = LineChart.Of([.. runs.Zip(took, (r, t) => (r.TakenAt, (long?)t))], null, usualTimes);
        return new(
            size is null ? null : new ChartView(size, "Size", SizeSentence(runs[^1], usualSizes[^1], size))
            {
                Top = Quantity.Bytes(size.Most),
                Line = "stored",
                Other = "dumped",
            },
            duration is null ? null : new ChartView(duration, "Duration", TimeSentence(took[^1], usualTimes[^1], duration))
            {
                Top = Time(duration.Most),
            },
            [.. runs.Select((run, i) => new FigureRow(run, Odd(stored[i], usualSizes[i], took[i], usualTimes[i]))).Reverse()]);
    }

    private static string SizeSentence(RunFigure newest, UsualRange? usual, LineChart chart) =>
        $"{Quantity.Bytes(newest.BytesStored)} stored of {Quantity.Bytes(newest.BytesRead)} dumped{Compared(
            newest.BytesStored, usual, Quantity.Bytes)}.{Others(chart)}";

    private static string TimeSentence(long newest, UsualRange? usual, LineChart chart) =>
        $"{Time(newest)}{Compared(newest, usual, Time)}.{Others(chart)}";

    private static string Compared(long value, UsualRange? usual, Func<long, string> words) => usual switch
    {
        null => "",
        { } range when range.Holds(value) => ", as usual",
        { } range => $"; usual would be {words(range.Low)} to {words(range.High)}",
    };

    private static string Others(LineChart chart) => chart.Odd.Count switch
    {
        0 => "",
        1 => " One run stands out.",
        var n => $" {n} runs stand out.",
    };

    private static string Odd(long stored, UsualRange? sizes, long took, UsualRange? times)
    {
        var size = Side(stored, sizes, "unusually small", "unusually large");
        var time = Side(took, times, "unusually fast", "unusually slow");
        return string.Join(", ", new[] { size, time }.OfType<string>());
    }

    private static string? Side(long value, UsualRange? usual, string less, string more) =>
        usual is not { } range || range.Holds(value) ? null : value < range.Low ? less : more;

    private static string Time(long milliseconds) => Quantity.Duration(TimeSpan.FromMilliseconds(milliseconds));
}
