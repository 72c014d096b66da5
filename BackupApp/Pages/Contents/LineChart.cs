using System.Globalization;

namespace BackupApp.Pages.Contents;

/// <summary>A line over time as SVG attributes, from zero up: numbers in a box of <see cref="Width"/> × <see cref="Height"/>.</summary>
public sealed class LineChart
{
    public const int Width = 720;
    public const int Height = 160;
    private const int Margin = 6;

    private LineChart(string path, double lastX, double lastY, long most) =>
        (Path, LastX, LastY, Most) = (path, Text(lastX), Text(lastY), most);

    /// <summary>For <c>d</c> of a path.</summary>
    public string Path { get; }

    public string LastX { get; }

    public string LastY { get; }

    public long Most { get; }

    public static string Baseline => Text(Height - Margin);

    /// <summary>Null where there are fewer than two points to draw a line through.</summary>
    /// <param name="points">In the order of time; null values leave a gap.</param>
    public static LineChart? Of(IReadOnlyList<(DateTimeOffset At, long? Value)> points)
    {
        if (points.Count(p => p.Value is not null) < 2)
            return null;
        var most = Math.Max(1, points.Max(p => p.Value ?? 0));
        var (first, span) = (points[0].At, Math.Max(1, (points[^1].At - points[0].At).TotalSeconds));
        var words = new List<string>();
        var (x, y, isDown) = (0.0, 0.0, false);
        foreach (var (at, value) in points)
        {
            if (value is { } known)
            {
                x = Margin + ((at - first).TotalSeconds / span * (Width - (2 * Margin)));
                y = Height - Margin - ((double)known / most * (Height - (2 * Margin)));
                words.Add($"{(isDown ? 'L' : 'M')}{Text(x)} {Text(y)}");
            }

            isDown = value is not null;
        }

        return new LineChart(string.Join(' ', words), x, y, most);
    }

    private static string Text(double number) => number.ToString("0.#", CultureInfo.InvariantCulture);
}
