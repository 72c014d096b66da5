using Cronos;

namespace BackupApp.Policies;

/// <summary>
/// A cron expression read in a time zone. It moves with the wall clock: a time of day that a clock change skips runs right after the gap,
/// one that comes twice runs the first time only, while an expression of intervals (<c>0 * * * *</c>, <c>*/15 2 * * *</c>) runs in both
/// passes. Where both a day of the month and a day of the week are given, both have to fit. Immutable; it does not know what time it is.
/// </summary>
public sealed class CronSchedule
{
    /// <summary>
    /// Occurrences up to this old are still worth a backup; older ones are missed (design: "Schedule, pause, retention").
    /// </summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    /// <summary>Missed occurrences are counted up to here: a minutely schedule after a year off is not worth more.</summary>
    public const int MaxCounted = 10_000;

    private readonly CronExpression _cron;
    private readonly WallClock _clock;
    private readonly bool _isInterval;

    private CronSchedule(CronExpression cron, string text, TimeZoneInfo zone)
    {
        (_cron, Cron, Zone, _clock) = (cron, text, zone, new WallClock(zone));
        _isInterval = text.Split(' ').Take(2).Any(field => field.AsSpan().ContainsAny("*/-"));
    }

    /// <summary>Five fields, one space between them.</summary>
    public string Cron { get; }

    public TimeZoneInfo Zone { get; }

    /// <summary>
    /// Whether a run that did not take place is missed for long: then it is made up for after a downtime, unless somebody decides
    /// otherwise. More often than that, the next one is soon there anyway.
    /// </summary>
    public bool IsDailyOrRarer()
    {
        var runs = NextOccurrences(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), 8);
        // A day of a clock change may be shorter than 24 hours, by at most two.
        return runs.Zip(runs.Skip(1), (one, next) => next - one).All(gap => gap >= TimeSpan.FromHours(22));
    }

    /// <summary>Reads a schedule as entered.</summary>
    /// <param name="zone">An IANA name.</param>
    /// <returns>Null, with every problem named, when it cannot be read or would never run.</returns>
    public static CronSchedule? Read(string? cron, string? zone, out ScheduleProblems problems)
    {
        var found = TimeZones.Find(zone);
        var parsed = CronText.Parse(cron, out var cronProblem);
        problems = new ScheduleProblems(
            cronProblem,
            found is not null ? null
            : string.IsNullOrWhiteSpace(zone) ? "Give a time zone, such as Europe/Prague or UTC."
            : $"There is no time zone '{zone.Trim()}' here. Use an IANA name, such as Europe/Prague or UTC.");
        return problems.Any ? null : new CronSchedule(parsed!.Value.Expression, parsed.Value.Text, found!);
    }

    /// <summary>The occurrences after a moment, as the zone's own clock shows them.</summary>
    public IReadOnlyList<DateTimeOffset> NextOccurrences(DateTimeOffset after, int count)
    {
        var runs = new List<DateTimeOffset>(count);
        while (runs.Count < count && Next(after) is { } next)
        {
            runs.Add(_clock.ToLocal(next));
            after = next;
        }

        return runs;
    }

    /// <summary>The last occurrence before a moment, in UTC; null where there was none in ten years.</summary>
    public DateTimeOffset? Before(DateTimeOffset moment) => Newest(moment.AddYears(-10), moment);

    /// <summary>The occurrences in (<paramref name="after"/>, <paramref name="until"/>], in UTC, oldest first.</summary>
    /// <param name="cap">The most to return.</param>
    public IReadOnlyList<DateTimeOffset> Occurrences(DateTimeOffset after, DateTimeOffset until, int cap)
    {
        var found = new List<DateTimeOffset>();
        while (found.Count < cap && Next(after) is { } next && next <= until)
        {
            found.Add(next);
            after = next;
        }

        return found;
    }

    /// <summary>
    /// What is to be done at <paramref name="now"/>: occurrences of the last <see cref="Window"/> are due, older ones are missed.
    /// Evaluating twice, or by two servers, finds the same occurrences, so that a job's uniqueness on its occurrence makes it harmless.
    /// </summary>
    /// <param name="evaluatedUntil">Everything up to here was decided before.</param>
    /// <param name="runOnceAfterDowntime">When nothing recent is due, the newest missed occurrence runs after all.</param>
    public ScheduleDecision Evaluate(DateTimeOffset evaluatedUntil, DateTimeOffset now, bool runOnceAfterDowntime)
    {
        if (now <= evaluatedUntil)
            return new ScheduleDecision([], null, evaluatedUntil);

        var missedBefore = now - Window;
        var due = Occurrences(evaluatedUntil >= missedBefore ? evaluatedUntil : missedBefore.AddTicks(-1), now, int.MaxValue);
        if (runOnceAfterDowntime && due.Count == 0 && Newest(evaluatedUntil, missedBefore) is { } newest)
            (due, missedBefore) = ([newest], newest);
        return new ScheduleDecision(due, Missed(evaluatedUntil, missedBefore), now.ToUniversalTime());
    }

    private MissedOccurrences? Missed(DateTimeOffset after, DateTimeOffset before)
    {
        if (Newest(after, before) is not { } last)
            return null;
        var counted = Occurrences(after, last, MaxCounted);
        return new MissedOccurrences(counted.Count, counted[0], last, counted[^1] < last);
    }

    // The first occurrence after a moment, in UTC. The library is asked about the calendar only: with a zone it gives the same moment for
    // ever on the day of some clock changes. Several times on the wall may be one moment (a gap), and one may be two (a repeated hour).
    private DateTimeOffset? Next(DateTimeOffset after)
    {
        var wall = _clock.Show(after);
        if (_isInterval && _clock.RepeatOf(after) is { } repeat)
            wall -= repeat;

        DateTimeOffset? found = null;
        for (var time = _cron.GetNextOccurrence(wall, inclusive: true); time is not null; time = _cron.GetNextOccurrence(time.Value))
        {
            var (first, second) = _clock.Moments(time.Value);
            if (first >= found)
                break;
            if (first > after)
                return first;
            if (_isInterval && second > after && !(second >= found))
                found = second;
        }

        return found;
    }

    // The last occurrence in (after, before). It looks back further and further: a schedule that ran a moment ago is the usual one.
    private DateTimeOffset? Newest(DateTimeOffset after, DateTimeOffset before)
    {
        for (var span = TimeSpan.FromHours(1); before > after; span *= 4)
        {
            var from = before - after > span ? before - span : after;
            if (Occurrences(from, before.AddTicks(-1), int.MaxValue) is [.., var newest])
                return newest;
            if (from == after)
                break;
        }

        return null;
    }
}
