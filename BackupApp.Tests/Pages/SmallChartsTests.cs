using BackupApp.Pages.Ui;
using BackupApp.Protection.Board;

namespace BackupApp.Tests.Pages;

/// <summary>Age bar, strip of days and sparkline: their numbers, and the sentences that say the same.</summary>
public sealed class SmallChartsTests
{
    private static readonly DateOnly First = new(2026, 10, 29);

    [Theory]
    [InlineData(0, 36, 0, 80, false)]
    [InlineData(18, 36, 40, 80, false)]
    [InlineData(36, 36, 80, 80, false)]
    [InlineData(72, 36, 40, 40, true)]
    [InlineData(100_000, 1, 1, 1, true)]
    public void The_bar_is_filled_up_to_the_promise_and_hatched_beyond(int age, int promise, int filled, int tick, bool hatched)
    {
        var bar = AgeBar.Of(TimeSpan.FromHours(age), TimeSpan.FromHours(promise));

        Assert.Equal((filled, tick, hatched), (bar.Filled, bar.Tick, bar.Hatch is not null));
        Assert.StartsWith(hatched ? $"M{tick} 8l8-8" : "", bar.Hatch ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "Nothing ran in the last 30 days")]
    [InlineData("ggg", "Last 30 days: 3 good")]
    [InlineData("gfgpm", "Last 30 days: 2 good, 1 partial 1 Nov, 1 failed 30 Oct, 1 missed 2 Nov")]
    [InlineData("fgf", "Last 30 days: 1 good, 2 failed 29 Oct and 31 Oct")]
    [InlineData("ffgfmf", "Last 30 days: 1 good, 4 failed 29 Oct, 30 Oct, 1 Nov and 3 Nov, 1 missed 2 Nov")]
    [InlineData("fffff", "Last 30 days: 5 failed, last 2 Nov")]
    public void The_strip_says_in_a_sentence_what_it_shows(string days, string sentence) =>
        Assert.Equal(sentence, DayStrip.Of(Days(days)).Sentence);

    [Fact]
    public void Each_outcome_has_one_path_of_its_own_shape()
    {
        var strip = DayStrip.Of(Days("gfgpm"));

        Assert.Equal(208, strip.Width);
        Assert.Equal(
            [DayOutcome.None, DayOutcome.Good, DayOutcome.Partial, DayOutcome.Failed, DayOutcome.Missed],
            strip.Paths.Select(p => p.Outcome));
        Assert.Equal("M0 0h5v16h-5zM14 0h5v16h-5z", strip.Paths[1].Path);
        Assert.Equal("M7.5 4l4 8m0-8l-4 8", strip.Paths[3].Path);
        Assert.Equal(25, strip.Paths[0].Path.Split('M').Length - 1);
    }

    [Fact]
    public void The_line_of_sizes_starts_at_zero_passes_over_days_without_and_marks_the_last()
    {
        var days = Days("gggg").ToArray();
        days[0] = days[0] with { Bytes = 512 };
        days[2] = days[2] with { Bytes = 1024 };
        days[29] = days[29] with { Bytes = 0 };

        var line = Sparkline.Of(days)!;

        Assert.Equal("M3 12L9.2 3L93 21", line.Path);
        Assert.Equal(("93", "21"), (line.LastX, line.LastY));
        Assert.Equal("Size from 512 bytes on 29 Oct to 0 bytes on 27 Nov, at most 1.0 KiB", line.Sentence);
    }

    [Fact]
    public void One_size_is_a_point_and_none_is_nothing()
    {
        var days = Days("g").ToArray();
        Assert.Null(Sparkline.Of(days));
        days[0] = days[0] with { Bytes = 2048 };

        var line = Sparkline.Of(days)!;

        Assert.Equal(("", "Size 2.0 KiB on 29 Oct"), (line.Path, line.Sentence));
    }

    // From the first day on: good, partial, failed, missed.
    private static IReadOnlyList<SourceDay> Days(string outcomes) =>
    [
        .. outcomes.PadRight(30).Select((c, i) => new SourceDay(
            First.AddDays(i),
            c switch
            {
                'g' => DayOutcome.Good,
                'p' => DayOutcome.Partial,
                'f' => DayOutcome.Failed,
                'm' => DayOutcome.Missed,
                _ => DayOutcome.None,
            },
            null)),
    ];
}
