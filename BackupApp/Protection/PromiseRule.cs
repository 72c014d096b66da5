using BackupApp.Policies;

namespace BackupApp.Protection;

/// <summary>
/// What was promised, from schedules and the newest good backup: due at the schedule's next occurrence after it, overdue after
/// that and some slack. A pure function. Of several policies the one that runs most often makes the promise, and any good backup keeps
/// it. A schedule promises nothing for times before somebody chose it or switched it on again: those runs never come.
/// </summary>
public static class PromiseRule
{
    // Half a gap is late enough to be sure and early enough to repair it before the next one; an hour for what runs all the time,
    // and never more than half a day.
    private static readonly TimeSpan LeastSlack = TimeSpan.FromHours(1);
    private static readonly TimeSpan MostSlack = TimeSpan.FromHours(12);

    // Schedules that run about as often as the tightest one may keep the promise as well: on the day of a clock change two daily
    // ones differ by an hour.
    private const double AboutAsOften = 1.5;

    /// <param name="good">When the dump of the newest good backup began; null without one.</param>
    public static Promise Of(SourceFacts facts, DateTimeOffset? good)
    {
        if (facts.MaxAge is { } byHand)
            return new Promise(PromiseOrigin.Hand, null, null, good + byHand, byHand);
        var schedules = InForce(facts);
        if (schedules.Count == 0)
            return facts.KeptAge is { } kept ? new Promise(PromiseOrigin.Kept, null, null, good + kept, kept) : Promise.None;
        if (good is not { } since)
            return new Promise(PromiseOrigin.Schedule, schedules[0].Name, null, null, null);

        var usual = UsualDuration(facts.Goods);
        var each = schedules.Select(s => (Facts: s, Due: DueAfter(s.Schedule!, Later(since, s.InForceSince), usual)))
            .Where(s => s.Due is not null).ToList();
        if (each.Count == 0)
            return Promise.None;
        var tightest = each.Min(s => s.Due!.Gap);
        var (chosen, due) = each.Where(s => s.Due!.Gap <= tightest * AboutAsOften).MaxBy(s => s.Due!.BreaksAt);
        var breaks = BrokenBefore(chosen, since, facts.KeptAge) ?? due!.BreaksAt;
        return new Promise(PromiseOrigin.Schedule, chosen.Name, due!.At, breaks, breaks - since)
        {
            IsSettled = chosen.InForceSince <= since,
        };
    }

    // Whoever chooses other times puts the next run off once at most: a promise that was broken by then stays broken until there is a
    // good backup. A pause was wanted: what was promised counts anew from its end.
    private static DateTimeOffset? BrokenBefore(ScheduleFacts chosen, DateTimeOffset good, TimeSpan? kept) =>
        chosen.ChosenAt > good && Later(good, chosen.ResumedAt) + kept is { } before && chosen.ChosenAt > before ? before : null;

    /// <summary>When a policy whose newest good backup began then is late; null for a schedule that has no further occurrence.</summary>
    public static DateTimeOffset? LateAfter(CronSchedule schedule, DateTimeOffset good, TimeSpan usual) =>
        DueAfter(schedule, good, usual)?.BreaksAt;

    /// <summary>The 95th percentile: of ten or fewer the longest.</summary>
    public static TimeSpan UsualDuration(IReadOnlyList<GoodBackup> goods)
    {
        if (goods.Count == 0)
            return TimeSpan.Zero;
        var ordered = goods.Select(g => g.Duration).Order().ToList();
        return ordered[(int)Math.Ceiling(ordered.Count * 0.95) - 1];
    }

    /// <summary>
    /// What is switched off promises nothing as long as something is on. Where all of it is off, the promise is what it was.
    /// </summary>
    internal static List<ScheduleFacts> InForce(SourceFacts facts)
    {
        var read = facts.Schedules.Where(s => s.Schedule is not null).ToList();
        return read.Exists(s => s.IsEnabled) ? read.FindAll(s => s.IsEnabled) : read;
    }

    private static Due? DueAfter(CronSchedule schedule, DateTimeOffset good, TimeSpan usual)
    {
        var runs = schedule.NextOccurrences(good, 2);
        if (runs.Count == 0)
            return null;
        var at = runs[0];
        // The shorter of the two gaps around it: after the last run of a Friday and before the first of a Monday the schedule
        // runs as often as ever.
        var gap = runs.Count > 1 ? runs[1] - at : TimeSpan.MaxValue;
        if (schedule.Before(at) is { } last && at - last < gap)
            gap = at - last;
        return new Due(at.ToUniversalTime(), gap, (at + Slack(gap) + usual).ToUniversalTime());
    }

    internal static TimeSpan Slack(TimeSpan gap)
    {
        var half = gap / 2;
        return half < LeastSlack ? LeastSlack : half > MostSlack ? MostSlack : half;
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset? other) => other > one ? other.Value : one;

    private sealed record Due(DateTimeOffset At, TimeSpan Gap, DateTimeOffset BreaksAt);
}
