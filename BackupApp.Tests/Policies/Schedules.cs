using System.Globalization;
using BackupApp.Policies;

namespace BackupApp.Tests.Policies;

/// <summary>Short ways to write schedules and moments in tables.</summary>
internal static class Schedules
{
    public static Schedule Read(string cron, string zone = "UTC")
    {
        var schedule = Schedule.Read(cron, zone, out var problems);
        Assert.True(schedule is not null, $"{problems}");
        return schedule;
    }

    public static DateTimeOffset Utc(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
