using BackupApp.Policies;

namespace BackupApp.Protection;

/// <summary>
/// How old newest good backups may get in all the times to come, whatever there is now: what a change of schedules is judged by. It
/// reckons each schedule once, however many sources go by it.
/// </summary>
internal sealed class PromiseOutlook
{
    // More than a year, with both its clock changes; of a schedule that runs every minute of some hours more than a week.
    private static readonly TimeSpan Horizon = TimeSpan.FromDays(400);
    private const int MostRuns = 10_000;

    private readonly Dictionary<(string Cron, string Zone), TimeSpan?> _known = [];

    /// <returns>Null where nothing is promised.</returns>
    public TimeSpan? OldestOf(ProtectedSource source) => OldestOf(source.Facts, source.At);

    internal TimeSpan? OldestOf(SourceFacts facts, DateTimeOffset now)
    {
        if (facts.MaxAge is { } byHand)
            return byHand;
        var schedules = PromiseRule.InForce(facts);
        return schedules.Count == 0
            ? facts.KeptAge
            : schedules.Min(s => OldestOf(s.Schedule!, now)) + PromiseRule.UsualDuration(facts.Goods);
    }

    private TimeSpan? OldestOf(CronSchedule schedule, DateTimeOffset now)
    {
        var key = (schedule.Cron, schedule.Zone.Id);
        if (!_known.TryGetValue(key, out var oldest))
            _known[key] = oldest = Oldest(Runs(schedule, now));
        return oldest;
    }

    private static IReadOnlyList<DateTimeOffset> Runs(CronSchedule schedule, DateTimeOffset now)
    {
        var runs = schedule.Occurrences(now, now + Horizon, MostRuns);
        return runs.Count > 2 ? runs : schedule.NextOccurrences(now, 3);
    }

    // From one run until the next one is late, by the rule's own slack.
    private static TimeSpan? Oldest(IReadOnlyList<DateTimeOffset> runs)
    {
        TimeSpan? oldest = null;
        for (var i = 1; i < runs.Count; i++)
        {
            var (gap, next) = (runs[i] - runs[i - 1], i + 1 < runs.Count ? runs[i + 1] - runs[i] : TimeSpan.MaxValue);
            var age = gap + PromiseRule.Slack(gap < next ? gap : next);
            if (!(oldest >= age))
                oldest = age;
        }

        return oldest;
    }
}
