using System.Globalization;
using System.Text;

namespace BackupApp.Pages.Ui;

/// <summary>An age against what was promised, as SVG numbers in a box of <see cref="Width"/> × <see cref="Height"/>.</summary>
/// <param name="Filled">Where the age ends, or the tick where it is past the promise.</param>
/// <param name="Tick">Where the promise is: at the end, or before it as far as the age is past it.</param>
/// <param name="Hatch">Lines from the tick to the end, for <c>d</c> of a path; null while the promise holds.</param>
public sealed record AgeBar(int Filled, int Tick, string? Hatch)
{
    public const int Width = 80;
    public const int Height = 8;

    private const int Step = 4;

    /// <param name="promise">More than nothing.</param>
    public static AgeBar Of(TimeSpan age, TimeSpan promise)
    {
        var whole = Math.Max(age.TotalSeconds, promise.TotalSeconds);
        var tick = Math.Clamp((int)Math.Round(Width * promise.TotalSeconds / whole), 1, Width);
        var filled = Math.Clamp((int)Math.Round(Width * age.TotalSeconds / whole), 0, tick);
        return new(filled, tick, age > promise ? HatchFrom(tick) : null);
    }

    // The box cuts off what leans out of it.
    private static string HatchFrom(int tick)
    {
        var lines = new StringBuilder();
        for (var x = tick; x < Width; x += Step)
            lines.Append(CultureInfo.InvariantCulture, $"M{x} {Height}l{Height}-{Height}");
        return lines.ToString();
    }
}
