using BackupApp.Policies;

namespace BackupApp.Protection.Board;

/// <summary>What ran and what was missed, as one row of days. A pure function.</summary>
internal static class DayMerge
{
    public static IReadOnlyList<SourceDay> Of(DayGrid days, IEnumerable<DayRow> runs, IEnumerable<MissedRow> missed)
    {
        var byDay = runs.ToDictionary(r => days.OfBucket(r.Bucket));
        var gaps = MissedDays(days, missed);
        return
        [
            .. days.All.Select(day => byDay.TryGetValue(day, out var run)
                ? new SourceDay(day, DayOutcomes.Of(run.IsGood, run.IsPartial, true, gaps.Contains(day)), run.Bytes)
                : new SourceDay(day, DayOutcomes.Of(false, false, false, gaps.Contains(day)), null)),
        ];
    }

    public static IReadOnlySet<DateOnly> MissedDays(DayGrid days, IEnumerable<MissedRow> missed) =>
        missed.SelectMany(MomentsOf).Select(days.DayOf).ToHashSet();

    // Only the first and the last are noted, and how many there were: schedules are regular enough to know the others.
    private static IEnumerable<DateTimeOffset> MomentsOf(MissedRow missed)
    {
        var (first, span) = (missed.First, missed.Last - missed.First);
        var steps = Math.Min(missed.Count - 1, (int)span.TotalDays + 1);
        return steps <= 0
            ? [first]
            : Enumerable.Range(0, steps + 1).Select(i => first + (span * ((double)i / steps)));
    }
}
