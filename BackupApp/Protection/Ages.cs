using System.Globalization;
using BackupApp.Data;

namespace BackupApp.Protection;

/// <summary>Ages and moments as sentences of this room say them.</summary>
public static class Ages
{
    /// <summary>Rounded to what matters: "45 min", "36 h", "5 days".</summary>
    public static string Words(TimeSpan age) => age switch
    {
        { TotalMinutes: < 1 } => "less than a minute",
        { TotalMinutes: < 100 } => Text($"{age.TotalMinutes:0} min"),
        { TotalHours: < 100 } => Text($"{age.TotalHours:0} h"),
        _ => Text($"{age.TotalDays:0} days"),
    };

    /// <summary>In UTC, to the minute.</summary>
    public static string Moment(DateTimeOffset at) => UtcWords.Of(at);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
