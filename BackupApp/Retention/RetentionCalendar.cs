using BackupApp.Policies;

namespace BackupApp.Retention;

/// <summary>A day of the calendar.</summary>
/// <param name="Runs">Backups that were taken on it.</param>
/// <param name="Kept">Those that are still there.</param>
public readonly record struct CalendarDay(DateOnly Day, int Runs, int Kept);

/// <summary>What somebody would hold whose schedule has run for long: the rule at work, before there is a single backup. Pure.</summary>
/// <param name="Days">Whole weeks from a Monday on, to the week of today.</param>
/// <param name="Kept">All that would be there; at least so many where <paramref name="GoesOn"/>.</param>
/// <param name="Oldest">The day of the oldest of them; null for none.</param>
/// <param name="GoesOn">There are older ones than were looked at.</param>
public sealed record RetentionCalendar(IReadOnlyList<CalendarDay> Days, DateOnly Today, int Kept, DateOnly? Oldest, bool GoesOn)
{
    public const int Weeks = 5;

    private const int MostRuns = 1500;

    // As far as a schedule is followed back: the more often it runs, the less far.
    private static readonly int[] Spans = [400, 100, Weeks * 7, 7, 1];

    /// <summary>As in <c>Today you would have 14 backups, the oldest 13 days old.</c></summary>
    public string Sentence => Oldest is not { } oldest ? "No run of this schedule would be there yet."
        : $"After a while you would always have {(GoesOn ? "at least " : "")}{(Kept == 1 ? "1 backup" : $"{Kept} backups")}, "
            + $"the oldest {Age(Today.DayNumber - oldest.DayNumber)}{(GoesOn ? " or more" : "")}.";

    public static RetentionCalendar Of(RetentionRule rule, CronSchedule schedule, DateTimeOffset now)
    {
        var runs = Runs(schedule, now);
        var backups = runs.Select(run => new StoredBackup(Guid.CreateVersion7(run), run, true, true, false)).ToList();
        var verdicts = RetentionPlan.Decide(rule, backups, now).ToDictionary(v => v.Backup.Id, v => v.Keeps is not null);
        var today = DayOf(schedule, now);
        var days = backups.ToLookup(b => DayOf(schedule, b.TakenAt), b => verdicts[b.Id]);
        var monday = today.AddDays(-(((int)today.DayOfWeek + 6) % 7));
        var first = monday.AddDays(-7 * (Weeks - 1));
        var oldest = backups.Find(b => verdicts[b.Id]);
        return new RetentionCalendar(
            [.. Enumerable.Range(0, Weeks * 7).Select(first.AddDays).Select(day => Day(day, days[day]))],
            today,
            verdicts.Values.Count(kept => kept),
            oldest is null ? null : DayOf(schedule, oldest.TakenAt),
            backups.Count > 1 && verdicts[backups[0].Id]);
    }

    private static CalendarDay Day(DateOnly day, IEnumerable<bool> kept) =>
        kept.ToList() is var all ? new(day, all.Count, all.Count(k => k)) : default;

    // Oldest first.
    private static IReadOnlyList<DateTimeOffset> Runs(CronSchedule schedule, DateTimeOffset now)
    {
        foreach (var span in Spans)
        {
            var runs = schedule.Occurrences(now.AddDays(-span), now, MostRuns + 1);
            if (runs.Count <= MostRuns)
                return runs;
        }

        return [];
    }

    private static DateOnly DayOf(CronSchedule schedule, DateTimeOffset moment) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, schedule.Zone).DateTime);

    private static string Age(int days) => days switch { 0 => "from today", 1 => "a day old", _ => $"{days} days old" };
}
