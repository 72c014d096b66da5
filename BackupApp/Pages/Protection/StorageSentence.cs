using System.Globalization;
using BackupApp.Pages.Ui;
using BackupApp.Protection.Weekly;

namespace BackupApp.Pages.Protection;

/// <summary>Where the storage of a destination is heading, in a few words. A pure function.</summary>
public static class StorageSentence
{
    // Farther off than that nobody plans a disk.
    private const int FarDays = 366;

    // A disk that is full before then has to be seen to now; as in the weekly report.
    private const int SoonDays = 56;

    /// <summary>Null where nothing is known, or nothing changes.</summary>
    public static string? Of(ReportDestination destination) => destination switch
    {
        { FullInWeeks: { } weeks } when weeks * 7 < FarDays => Text($"full in {Math.Floor(weeks * 7):0} days"),
        { Growth: > 0 and var growth, InFourWeeks: { } then } =>
            $"grows {Quantity.Bytes((long)growth)} a week, {Quantity.Bytes(then)} in four weeks",
        { Growth: < 0 and var growth } => $"shrinks {Quantity.Bytes((long)-growth)} a week",
        _ => null,
    };

    public static bool IsFullSoon(ReportDestination destination) => destination.FullInWeeks * 7 < SoonDays;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
