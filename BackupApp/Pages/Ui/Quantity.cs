using System.Globalization;

namespace BackupApp.Pages.Ui;

/// <summary>Sizes, spans and ages in words, the same on every page.</summary>
public static class Quantity
{
    private static readonly string[] Units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    private static readonly (double Seconds, string Unit)[] Ages =
        [(31536000, "y"), (2592000, "mo"), (86400, "d"), (3600, "h"), (60, "min"), (1, "s")];

    /// <summary>IEC units, three significant figures: "1.2 GiB", "640 KiB", "17 bytes".</summary>
    public static string Bytes(long bytes)
    {
        var unit = 0;
        double value = bytes;
        // 1023.5 would be rounded to 1024 of the smaller unit.
        while (Math.Abs(value) >= (unit == 0 ? 1024 : 1023.5) && unit < Units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        if (bytes is 1 or -1)
            return string.Create(CultureInfo.InvariantCulture, $"{bytes} byte");
        var format = unit == 0 || Math.Abs(value) >= 99.95 ? "0" : "0.0";
        return value.ToString(format, CultureInfo.InvariantCulture) + " " + Units[unit];
    }

    /// <summary>The two largest units that matter: "350 ms", "4.2 s", "3 min 12 s", "1 h 02 min", "2 d 05 h".</summary>
    public static string Duration(TimeSpan span)
    {
        if (span < TimeSpan.Zero)
            return "0 s";
        if (span < TimeSpan.FromSeconds(1))
            return Text($"{Math.Floor(span.TotalMilliseconds):0} ms");
        if (span < TimeSpan.FromSeconds(10))
            return Text($"{Math.Floor(span.TotalSeconds * 10) / 10:0.0} s");
        if (span < TimeSpan.FromMinutes(1))
            return Text($"{span.Seconds} s");
        if (span < TimeSpan.FromHours(1))
            return Text($"{span.Minutes} min {span.Seconds:00} s");
        return span < TimeSpan.FromDays(1)
            ? Text($"{span.Hours} h {span.Minutes:00} min")
            : Text($"{span.Days} d {span.Hours:00} h");
    }

    /// <summary>"3 min ago", "in 2 h", "just now". site.js says the same while the page is open.</summary>
    public static string Relative(DateTimeOffset when, DateTimeOffset now)
    {
        var seconds = Math.Round((now - when).TotalSeconds);
        var size = Math.Abs(seconds);
        if (size < 5)
            return "just now";
        var (length, unit) = Ages.First(age => size >= age.Seconds);
        var amount = Text($"{Math.Floor(size / length):0} {unit}");
        return seconds > 0 ? amount + " ago" : "in " + amount;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
