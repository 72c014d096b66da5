using BackupApp.Policies;

namespace BackupApp.Pages.Policies;

/// <summary>What a schedule comes to: its next runs by its zone's own clock, or what is wrong with it.</summary>
public sealed record ScheduleOutlook(CronSchedule? Schedule, ScheduleProblems Problems, IReadOnlyList<DateTimeOffset> Runs)
{
    private const int Shown = 5;

    public static ScheduleOutlook Of(string? cron, string? zone, DateTimeOffset now)
    {
        var schedule = CronSchedule.Read(cron, zone, out var problems);
        return new ScheduleOutlook(schedule, problems, schedule?.NextOccurrences(now, Shown) ?? []);
    }
}
