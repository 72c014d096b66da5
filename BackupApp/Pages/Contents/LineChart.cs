using System.Globalization;
using BackupApp.History;

namespace BackupApp.Pages.Contents;

/// <summary>A point that stands out, as SVG attributes.</summary>
public sealed record ChartMark(string X, string Y, DateTimeOffset At);

/// <summary>A line over time as SVG attributes, from zero up: numbers in a box of <see cref="Width"/> × <see cref="Height"/>.</summary>
public sealed class LineChart
{
    public const int Width = 720;
    public const int Height = 160;
    private const int Margin = 6;

    private LineChart()
    {
    }

    /// <summary>For <c>d</c> of a path.</summary>
    public required string Path { get; init; }

    public required string LastX { get; init; }

    public required string LastY { get; init; }

    /// <summary>The value at the top.</summary>
    public required long Most { get; init; }

    public required DateTimeOffset First { get; init; }

    public required DateTimeOffset Last { get; init; }

    /// <summary>A second line on the same scale; null without one.</summary>
    public string? Other { get; private init; }

    /// <summary>The area in which the line was to be expected, for <c>d</c> of a path; null where nothing is known.</summary>
    public string? Band { get; private init; }

    /// <summary>Points outside of the band.</summary>
    public IReadOnlyList<ChartMark> Odd { get; private init; } = [];

    public static string Baseline => Text(Height - Margin);

    /// <summary>Null where there are fewer than two points to draw a line through.</summary>
    /// <param name="points">In the order of time; null values leave a gap.</param>
    /// <param name="other">A second line: a value for each of the points.</param>
    /// <param name="usual">What was to be expected at each of the points, where that is known.</param>
    public static LineChart? Of(
        IReadOnlyList<(DateTimeOffset At, long? Value)> points,
        IReadOnlyList<long>? other = null,
        IReadOnlyList<UsualRange?>? usual = null)
    {
        if (points.Count(p => p.Value is not null) < 2)
            return null;
        var most = Math.Max(Math.Max(1, points.Max(p => p.Value ?? 0)), other?.DefaultIfEmpty().Max() ?? 0);
        var scale = new Scale(points[0].At, Math.Max(1, (points[^1].At - points[0].At).TotalSeconds), most);
        var last = points.Last(p => p.Value is not null);
        return new LineChart
        {
            Path = scale.Line(points),
            LastX = Text(scale.X(last.At)),
            LastY = Text(scale.Y(last.Value!.Value)),
            Most = most,
            First = points[0].At,
            Last = points[^1].At,
            Other = other is null ? null : scale.Line([.. points.Zip(other, (p, value) => (p.At, (long?)value))]),
            Band = usual is null ? null : scale.Area([.. points.Zip(usual, (p, range) => (p.At, range))]),
            Odd = usual is null ? [] :
            [
                .. points.Zip(usual)
                    .Where(x => x is { First.Value: { } value, Second: { } range } && !range.Holds(value))
                    .Select(x => new ChartMark(Text(scale.X(x.First.At)), Text(scale.Y(x.First.Value!.Value)), x.First.At)),
            ],
        };
    }

    private static string Text(double number) => number.ToString("0.#", CultureInfo.InvariantCulture);

    private sealed record Scale(DateTimeOffset From, double Seconds, long Most)
    {
        public double X(DateTimeOffset at) => Margin + ((at - From).TotalSeconds / Seconds * (Width - (2 * Margin)));

        public double Y(long value) => Height - Margin - ((double)Math.Clamp(value, 0, Most) / Most * (Height - (2 * Margin)));

        public string Line(IReadOnlyList<(DateTimeOffset At, long? Value)> points)
        {
            var words = new List<string>();
            var isDown = false;
            foreach (var (at, value) in points)
            {
                if (value is { } known)
                    words.Add($"{(isDown ? 'L' : 'M')}{Text(X(at))} {Text(Y(known))}");
                isDown = value is not null;
            }

            return string.Join(' ', words);
        }

        /// <summary>Along the upper edge and back along the lower one. It begins with some point and goes on to the last.</summary>
        public string? Area(IReadOnlyList<(DateTimeOffset At, UsualRange? Range)> points)
        {
            var known = points.Where(p => p.Range is not null).Select(p => (p.At, Range: p.Range!.Value)).ToList();
            if (known.Count < 2)
                return null;
            var upper = known.Select(p => $"{Text(X(p.At))} {Text(Y(p.Range.High))}");
            var lower = known.AsEnumerable().Reverse().Select(p => $"{Text(X(p.At))} {Text(Y(p.Range.Low))}");
            return $"M{string.Join(" L", upper.Concat(lower))} Z";
        }
    }
}
