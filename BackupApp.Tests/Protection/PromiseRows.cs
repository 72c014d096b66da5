using static BackupApp.Tests.Protection.Scenario;

namespace BackupApp.Tests.Protection;

/// <summary>What breaks when. The newest good backup comes before the schedules, whose own it is then.</summary>
internal static class PromiseRows
{
    /// <param name="Due">Null where nothing says when.</param>
    /// <param name="Breaks">Null where nothing is promised.</param>
    public sealed record Row(string Name, Scenario Source, string? Due, string? Breaks);

    private const string Daily = "15 2 * * *";
    private const string Hourly = "0 * * * *";
    private const string Weekdays = "0 22 * * 1-5";
    private const string Weekly = "30 3 * * 0";

    public static IReadOnlyList<Row> All { get; } =
    [
        new("daily: half a day after the next one", Source.Good("11-26 02:15").Every(Daily), "11-27 02:15", "11-27 14:20"),
        new("daily, started late by the queue", Source.Good("11-26 02:47").Every(Daily), "11-27 02:15", "11-27 14:20"),
        new("daily, by hand just before the run", Source.Good("11-26 02:10").Every(Daily), "11-26 02:15", "11-26 14:20"),
        new("daily, by hand in the afternoon", Source.Good("11-26 15:00").Every(Daily), "11-27 02:15", "11-27 14:20"),
        new("daily, a dump of six hours", Source.Good(360, "11-26 02:15").Every(Daily), "11-27 02:15", "11-27 20:15"),
        new(
            "daily, the longest of the last ten counts", Source.Good("11-26 02:15").Good(90, "11-25 02:15").Every(Daily), "11-27 02:15",
            "11-27 15:45"),
        new("daily, two days old", Source.Good("11-24 02:15").Every(Daily), "11-25 02:15", "11-25 14:20"),
        new(
            "daily, a year old", Source.Good("2025-11-26 02:15").Every(Daily, attached: "2025-01-01 12:00"), "2025-11-27 02:15",
            "2025-11-27 14:20"),
        new("hourly: an hour, though half the gap is less", Source.Good("11-26 10:00").Every(Hourly), "11-26 11:00", "11-26 12:05"),
        new("hourly with a dump of 45 minutes", Source.Good(45, "11-26 10:00").Every(Hourly), "11-26 11:00", "11-26 12:45"),
        new("every four hours: two more", Source.Good("11-26 08:00").Every("0 */4 * * *"), "11-26 12:00", "11-26 14:05"),
        new("every five minutes", Source.Good(1, "11-26 08:00").Every("*/5 * * * *"), "11-26 08:05", "11-26 09:06"),
        new("Mon–Fri, from Thursday to Friday", Source.Good("11-26 22:00").Every(Weekdays), "11-27 22:00", "11-28 10:05"),
        new("Mon–Fri, over the weekend", Source.Good("11-27 22:00").Every(Weekdays), "11-30 22:00", "12-01 10:05"),
        new(
            "Mon–Fri in office hours: the last of a Friday is told on Friday", Source.Good("11-27 16:00").Every("0 9-17 * * 1-5"),
            "11-27 17:00", "11-27 18:05"),
        new(
            "Mon–Fri in office hours: the first of a Monday", Source.Good("11-27 17:00").Every("0 9-17 * * 1-5"), "11-30 09:00",
            "11-30 10:05"),
        new("weekly: never more than half a day", Source.Good("11-22 03:30").Every(Weekly), "11-29 03:30", "11-29 15:35"),
        new("monthly", Source.Good("11-01 03:00").Every("0 3 1 * *"), "12-01 03:00", "12-01 15:05"),
        new("yearly", Source.Good("01-01 03:00").Every("0 3 1 1 *"), "2027-01-01 03:00", "2027-01-01 15:05"),
        new("on the last leap day's schedule", Source.Good("2024-02-29 03:00").Every("0 3 29 2 *"), "2028-02-29 03:00", "2028-02-29 15:05"),

        new("spring, the skipped hour", Source.Good("03-28 01:15").Every(Daily, "Europe/Prague"), "03-29 01:00", "03-29 12:42"),
        new("spring, the day after", Source.Good("03-29 01:00").Every(Daily, "Europe/Prague"), "03-30 00:15", "03-30 11:57"),
        new("spring, hourly has no gap", Source.Good("03-29 00:00").Every(Hourly, "Europe/Prague"), "03-29 01:00", "03-29 02:05"),
        new(
            "autumn, the hour that comes twice: the first one", Source.Good("10-24 00:30").Every("30 2 * * *", "Europe/Prague"),
            "10-25 00:30", "10-25 12:35"),
        new(
            "autumn, the day after is longer", Source.Good("10-25 00:30").Every("30 2 * * *", "Europe/Prague"), "10-26 01:30",
            "10-26 13:35"),
        new(
            "autumn, a dump between the two", Source.Good("10-25 01:10").Every("30 2 * * *", "Europe/Prague"), "10-26 01:30",
            "10-26 13:35"),
        new("autumn, hourly in both passes", Source.Good("10-25 00:00").Every(Hourly, "Europe/Prague"), "10-25 01:00", "10-25 02:05"),
        new(
            "Dublin, whose winter is the exception", Source.Good("10-24 01:30").Every("30 2 * * *", "Europe/Dublin"), "10-25 02:30",
            "10-25 14:35"),
        new("Lord Howe, half an hour", Source.Good("10-02 15:45").Every("15 2 * * *", "Australia/Lord_Howe"), "10-03 15:30", "10-04 03:27"),

        new(
            "two daily ones: the later keeps it", Source.Good("11-26 02:15").Every(Daily).Every("15 3 * * *", name: "Copy"), "11-27 02:15",
            "11-27 14:20"),
        new(
            "two daily ones, the first failed", Source.Good("11-26 03:15").Every(Daily).Every("15 3 * * *", name: "Copy"), "11-27 03:15",
            "11-27 15:20"),
        new("two daily ones on the day of a clock change", Source.Good("03-28 01:15").Every(Daily, "Europe/Prague").Every(
            "15 4 * * *", "Europe/Prague", "Copy"), "03-29 01:00", "03-29 12:42"),
        new(
            "hourly and daily: the hourly one promises", Source.Good("11-26 02:15").Every(Daily).Every(Hourly, name: "Hourly"),
            "11-26 03:00", "11-26 04:05"),
        new(
            "daily and weekly: the daily one promises", Source.Good("11-22 03:30").Every(Weekly, name: "Weekly").Every(Daily),
            "11-23 02:15", "11-23 14:20"),
        new(
            "the daily one is off: the weekly one promises",
            Source.Good("11-22 03:30").Every(Weekly, name: "Weekly").Every(Daily, on: false), "11-29 03:30", "11-29 15:35"),
        new("all are off: what was promised stays", Source.Good("11-26 02:15").Every(Daily, on: false), "11-27 02:15", "11-27 14:20"),
        new(
            "one cannot be read", Source.Good("11-26 02:15").Every(Daily).Every(Daily, "Mars/Olympus", "Lost"), "11-27 02:15",
            "11-27 14:20"),

        new(
            "moved to later of the day after its run: the first one is tomorrow",
            Source.Good("11-26 02:15").Kept(36).Every("15 3 * * *", moved: "11-26 10:00"), "11-27 03:15", "11-27 15:20"),
        new(
            "moved to earlier of the day after its run", Source.Good("11-26 02:15").Kept(36).Every("0 1 * * *", moved: "11-26 10:00"),
            "11-27 01:00", "11-27 13:05"),
        new(
            "weekly, moved from Sunday to Wednesday on a Thursday",
            Source.Good("11-22 03:30").Kept(180).Every("30 3 * * 3", moved: "11-26 10:00"), "12-02 03:30", "12-02 15:35"),
        new(
            "daily, moved to hourly: not before its first run could be done",
            Source.Good("11-26 02:15").Kept(36).Every(Hourly, moved: "11-26 09:05"), "11-26 10:00", "11-26 11:05"),
        new("moved, and good since", Source.Good("11-27 03:15").Kept(36).Every(
            "15 3 * * *", moved: "11-26 10:00"), "11-28 03:15", "11-28 15:20"),
        new(
            "moved after the promise broke: broken it stays",
            Source.Good("11-26 02:15").Kept(36).Every("0 18 * * *", moved: "11-27 15:00"), "11-27 18:00", "11-27 14:15"),
        new(
            "moved before anything was promised", Source.Good("09-26 02:15").Every(Daily, moved: "11-26 10:00"), "11-27 02:15",
            "11-27 14:20"),
        new(
            "hourly, attached in the morning to what runs at night",
            Source.Good("11-26 02:15").Kept(36).Every(Daily).Every(Hourly, name: "Hourly", attached: "11-26 09:05"), "11-26 10:00",
            "11-26 11:05"),
        new(
            "weekly, attached to what runs at night: that promises on",
            Source.Good("11-26 02:15").Kept(36).Every(Daily).Every(Weekly, name: "Weekly", attached: "11-26 09:05"), "11-27 02:15",
            "11-27 14:20"),
        new(
            "attached after what was kept broke: broken it stays",
            Source.Good("11-20 02:15").Kept(36).Every(Daily, attached: "11-26 09:00"), "11-27 02:15", "11-21 14:15"),
        new(
            "resumed after three weeks", Source.Good("11-05 02:15").Kept(36).Every(Daily, resumed: "11-26 09:00"), "11-27 02:15",
            "11-27 14:20"),
        new(
            "resumed after three weeks, and moved then",
            Source.Good("11-05 02:15").Kept(36).Every("0 18 * * *", moved: "11-26 10:00", resumed: "11-26 09:00"), "11-26 18:00",
            "11-27 06:05"),
        new(
            "moved again and again since it was resumed: what was promised counts from there",
            Source.Good("11-05 02:15").Kept(36).Every("0 18 * * *", moved: "11-28 10:00", resumed: "11-26 09:00"), "11-28 18:00",
            "11-27 21:00"),

        new("by hand: an age and no more", Source.Good("11-26 02:15").MaxAge(24).Every(Daily), null, "11-27 02:15"),
        new("by hand without a schedule", Source.Good("11-26 02:15").MaxAge(1), null, "11-26 03:15"),
        new("by hand goes before what was kept", Source.Good("11-26 02:15").MaxAge(48).Kept(36), null, "11-28 02:15"),
        new("the last schedule is gone", Source.Good("11-26 02:15").Kept(36), null, "11-27 14:15"),
        new("the only schedule cannot be read", Source.Good("11-26 02:15").Kept(36).Every(Daily, "Mars/Olympus"), null, "11-27 14:15"),
        new("nothing was ever promised", Source.Good("11-26 02:15"), null, null),
        new("no good backup", Source.Every(Daily), null, null),
        new("no good backup, by hand", Source.MaxAge(24), null, null),
    ];
}
