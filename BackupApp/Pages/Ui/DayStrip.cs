using System.Globalization;
using System.Text;
using BackupApp.Protection.Board;

namespace BackupApp.Pages.Ui;

/// <summary>Days side by side, <see cref="Bar"/> pixels each: a path for each outcome, and the sentence that says the same.</summary>
public sealed record DayStrip(int Width, IReadOnlyList<(DayOutcome Outcome, string Path)> Paths, string Sentence)
{
    public const int Height = 16;
    public const int Bar = 5;

    private const int Step = Bar + 2;

    // More days of one outcome nobody listens to.
    private const int Named = 4;

    public static DayStrip Of(IReadOnlyList<SourceDay> days)
    {
        var paths = days.Select((day, i) => (day.Outcome, X: i * Step)).GroupBy(d => d.Outcome).OrderBy(g => g.Key)
            .Select(g => (g.Key, string.Concat(g.Select(d => Shape(d.Outcome, d.X)))));
        return new((days.Count * Step) - 2, [.. paths], Say(days));
    }

    // Shapes, so that colour never speaks alone.
    private static string Shape(DayOutcome outcome, int x) => outcome switch
    {
        DayOutcome.Good => Text($"M{x} 0h5v16h-5z"),
        DayOutcome.Partial => Text($"M{x} 8h5v8h-5z"),
        DayOutcome.Failed => Text($"M{x + 0.5} 4l4 8m0-8l-4 8"),
        DayOutcome.Missed => Text($"M{x + 0.5} 0.5h4v15h-4z"),
        _ => Text($"M{x + 1.5} 13h2v2h-2z"),
    };

    private static string Say(IReadOnlyList<SourceDay> days)
    {
        var said = new StringBuilder();
        foreach (var (outcome, word) in Words)
        {
            var those = days.Where(d => d.Outcome == outcome).ToList();
            if (those.Count == 0)
                continue;
            said.Append(said.Length == 0 ? "" : ", ").Append(CultureInfo.InvariantCulture, $"{those.Count} {word}");
            if (outcome != DayOutcome.Good)
                said.Append(those.Count > Named ? ", last " : " ").Append(DaysOf(those.Count > Named ? those[^1..] : those));
        }

        return said.Length == 0
            ? Text($"Nothing ran in the last {days.Count} days")
            : Text($"Last {days.Count} days: {said}");
    }

    // "29 Oct", "29 Oct and 2 Nov", "29 Oct, 30 Oct and 2 Nov".
    private static string DaysOf(List<SourceDay> days)
    {
        var names = days.ConvertAll(d => d.Day.ToString("d MMM", CultureInfo.InvariantCulture));
        return names.Count == 1 ? names[0] : $"{string.Join(", ", names[..^1])} and {names[^1]}";
    }

    private static readonly (DayOutcome Outcome, string Word)[] Words =
    [
        (DayOutcome.Good, "good"),
        (DayOutcome.Partial, "partial"),
        (DayOutcome.Failed, "failed"),
        (DayOutcome.Missed, "missed"),
    ];

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
