using System.Globalization;
using BackupApp.Data;

namespace BackupApp.Pages.Ui;

/// <summary>Sizes, spans and ages in words, the same on every page.</summary>
public static class Quantity
{
    private static readonly (double Seconds, string Unit)[] Ages =
        [(31536000, "y"), (2592000, "mo"), (86400, "d"), (3600, "h"), (60, "min"), (1, "s")];

    /// <summary>"1 table", "2,345 tables".</summary>
    public static string Count(long count, string one) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {one}{(count == 1 ? "" : "s")}");

    /// <inheritdoc cref="ByteSize.Words"/>
    public static string Bytes(long bytes) => ByteSize.Words(bytes);

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
