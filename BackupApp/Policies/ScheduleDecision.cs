namespace BackupApp.Policies;

/// <summary>What an evaluation of a schedule found.</summary>
/// <param name="Due">Occurrences to queue, in UTC, oldest first; each is a job's <c>scheduledFor</c>.</param>
/// <param name="Missed">Occurrences that are too old to run, or null.</param>
/// <param name="EvaluatedUntil">To be stored with the attachment, together with what is made of the rest.</param>
public sealed record ScheduleDecision(IReadOnlyList<DateTimeOffset> Due, MissedOccurrences? Missed, DateTimeOffset EvaluatedUntil);

/// <summary>The occurrences of one outage that nothing ran for, in UTC.</summary>
/// <param name="Count">At least this many when <paramref name="IsCapped"/>, else exactly.</param>
/// <param name="IsCapped">Counting stopped at <see cref="CronSchedule.MaxCounted"/>.</param>
public sealed record MissedOccurrences(int Count, DateTimeOffset First, DateTimeOffset Last, bool IsCapped);

/// <summary>Why there is no schedule, as sentences for people; null where there is no problem.</summary>
public readonly record struct ScheduleProblems(string? Cron, string? TimeZone)
{
    public bool Any => Cron is not null || TimeZone is not null;
}
