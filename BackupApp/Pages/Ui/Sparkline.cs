using System.Globalization;
using BackupApp.Protection.Board;

namespace BackupApp.Pages.Ui;

/// <summary>
/// Sizes over some days as a small line from zero up, in a box of <see cref="Width"/> × <see cref="Height"/>, and the sentence that says
/// the same. Days without a backup are passed over.
/// </summary>
/// <param name="Path">For <c>d</c> of a path; empty for a single point.</param>
public sealed record Sparkline(string Path, string LastX, string LastY, string Sentence)
{
    public const int Width = 96;
    public const int Height = 24;

    private const int Margin = 3;

    /// <summary>Null where there is no size.</summary>
    public static Sparkline? Of(IReadOnlyList<SourceDay> days)
    {
        var known = days.Select((day, i) => (day, i)).Where(d => d.day.Bytes is not null).ToList();
        if (known.Count == 0)
            return null;
        var most = Math.Max(1, known.Max(d => d.day.Bytes!.Value));
        var points = known.ConvertAll(d => (
            X: Text(Margin + ((double)d.i / Math.Max(1, days.Count - 1) * (Width - (2 * Margin)))),
            Y: Text(Height - Margin - ((double)d.day.Bytes!.Value / most * (Height - (2 * Margin))))));
        var path = points.Count < 2 ? "" : $"M{string.Join('L', points.Select(p => $"{p.X} {p.Y}"))}";
        return new(path, points[^1].X, points[^1].Y, Say(known[0].day, known[^1].day, known.Count, most));
    }

    private static string Say(SourceDay first, SourceDay last, int count, long most)
    {
        var now = Quantity.Bytes(last.Bytes!.Value);
        return count == 1
            ? $"Size {now} on {Day(last)}"
            : $"Size from {Quantity.Bytes(first.Bytes!.Value)} on {Day(first)} to {now} on {Day(last)}, at most {Quantity.Bytes(most)}";
    }

    private static string Day(SourceDay day) => day.Day.ToString("d MMM", CultureInfo.InvariantCulture);

    private static string Text(double number) => number.ToString("0.#", CultureInfo.InvariantCulture);
}
