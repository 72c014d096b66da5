using BackupApp.Protection;
using static BackupApp.Tests.Protection.Scenario;

namespace BackupApp.Tests.Protection;

/// <summary>How old backups may get in all the times to come.</summary>
public sealed class PromiseOutlookTests
{
    private const string Daily = "15 2 * * *";

    private static readonly Dictionary<string, (Scenario Source, double? Hours)> Rows = new()
    {
        ["daily"] = (Source.Every(Daily), 36),
        ["daily where clocks change: the longest day"] = (Source.Every(Daily, "Europe/Prague"), 37),
        ["hourly"] = (Source.Every("0 * * * *"), 2),
        ["Mon–Fri: over a weekend"] = (Source.Every("0 22 * * 1-5"), 84),
        ["office hours: over a weekend"] = (Source.Every("0 9-17 * * 1-5"), 65),
        ["every minute of office hours: over a weekend"] = (Source.Every("* 9-16 * * 1-5"), 65 + (1 / 60.0)),
        ["weekly"] = (Source.Every("30 3 * * 0"), 180),
        ["monthly: the longest month"] = (Source.Every("0 3 1 * *"), (31 * 24) + 12),
        ["yearly: a leap year"] = (Source.Every("0 3 1 1 *"), (366 * 24) + 12),
        ["of leap days"] = (Source.Every("0 3 29 2 *"), (1461 * 24) + 12),
        ["the tighter of two"] = (Source.Every("30 3 * * 0").Every(Daily, name: "Daily"), 36),
        ["one that is off promises nothing"] = (Source.Every("30 3 * * 0").Every(Daily, name: "Daily", on: false), 180),
        ["all are off: as before"] = (Source.Every(Daily, on: false), 36),
        ["whatever the newest good backup is"] = (Source.Good("11-27 22:00").Every("0 22 * * 1-5"), 84 + (5 / 60.0)),
        ["by hand"] = (Source.MaxAge(12).Every(Daily), 12),
        ["the last schedule is gone"] = (Source.Kept(36), 36),
        ["nothing"] = (Source, null),
    };

    public static TheoryData<string> Names => [.. Rows.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Oldest(string name)
    {
        var (source, hours) = Rows[name];

        var oldest = new PromiseOutlook().OldestOf(source.Facts, At("11-23 12:00"));

        Assert.Equal(hours is { } h ? TimeSpan.FromMinutes(Math.Round(h * 60)) : null, oldest);
    }
}
