using BackupApp.Policies;

namespace BackupApp.Pages.Policies;

/// <summary>What a schedule comes to: its next runs by its zone's own clock, or what is wrong with it.</summary>
public sealed record NextRuns(Schedule? Schedule, ScheduleProblems Problems, IReadOnlyList<DateTimeOffset> Runs)
{
    private const int Shown = 5;

    public static NextRuns Of(string? cron, string? zone, DateTimeOffset now)
    {
        var schedule = Schedule.Read(cron, zone, out var problems);
        return new NextRuns(schedule, problems, schedule?.NextRuns(now, Shown) ?? []);
    }
}
