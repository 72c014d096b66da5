using System.Globalization;
using BackupApp.History;
using BackupApp.Policies;
using BackupApp.Protection.Board;

namespace BackupApp.Pages.DataSources;

/// <param name="Words">As in "26 Nov: 1 good".</param>
public sealed record CalendarDay(DateOnly Day, DayOutcome Outcome, string Words)
{
    /// <summary>There is a history to look at.</summary>
    public bool HasRuns { get; init; }

    /// <summary>For an address.</summary>
    public string Key => Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>The last weeks of a source, a column each from Monday to Sunday. Pure.</summary>
/// <param name="Weekdays">Seven rows, each with a day for every week; null for what is still to come.</param>
public sealed record RunCalendar(IReadOnlyList<IReadOnlyList<CalendarDay?>> Weekdays, string Sentence)
{
    public const int Weeks = 13;

    private const int DaysOfWeek = 7;

    public static readonly IReadOnlyList<string> Names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

    /// <summary>The Monday with which it begins.</summary>
    public static DateOnly FirstDay(DateOnly today) =>
        today.AddDays(-(((int)today.DayOfWeek + 6) % DaysOfWeek) - ((Weeks - 1) * DaysOfWeek));

    /// <param name="grid">From <see cref="FirstDay"/> to today.</param>
    /// <param name="missed">Days on which something was due and did not run; what was skipped met a backup that ran.</param>
    public static RunCalendar Of(IReadOnlyList<RunDay> days, IReadOnlySet<DateOnly> missed, DayGrid grid)
    {
        var runs = days.ToDictionary(d => d.Day);
        var all = grid.All.Select(d => Of(d, runs.GetValueOrDefault(d), missed.Contains(d))).ToList();
        return new(
            [.. Enumerable.Range(0, DaysOfWeek).Select(weekday => Enumerable.Range(0, Weeks)
                .Select(week => (week * DaysOfWeek) + weekday is var i && i < all.Count ? all[i] : null).ToList())],
            SentenceOf(all));
    }

    private static CalendarDay Of(DateOnly day, RunDay? runs, bool isMissed)
    {
        var outcome = DayOutcomes.Of(runs?.Good > 0, runs?.Partial > 0, runs is { Failed: > 0 } or { Damaged: > 0 }, isMissed);
        (int Count, string Word)[] counts = runs is null
            ? []
            :
            [
                (runs.Good, "good"), (runs.Partial, "partial"), (runs.Failed, "failed"), (runs.Damaged, "damaged"),
                (runs.Canceled, "canceled"),
            ];
        var words = counts.Where(c => c.Count > 0).Select(c => $"{c.Count} {c.Word}").ToList();
        if (isMissed)
            words.Add(runs is null ? "missed" : "some missed");
        return new(day, outcome, $"{Short(day)}: {(words.Count == 0 ? "none" : string.Join(", ", words))}")
        {
            HasRuns = runs is { Ended: > 0 },
        };
    }

    private static string SentenceOf(List<CalendarDay> days)
    {
        var good = days.Count(d => d.Outcome == DayOutcome.Good);
        string[] rest =
        [
            .. Named(days, DayOutcome.Partial, "partial"),
            .. Named(days, DayOutcome.Failed, "failed"),
            .. Named(days, DayOutcome.Missed, "missed"),
        ];
        var all = $"{(good == 1 ? "1 day" : $"{good} days")} good";
        return rest.Length == 0 ? $"{all}." : $"{all}, {string.Join(", ", rest)}.";
    }

    // "2 failed (22, 24 Nov)" would need a month for each; the last one is what people look for.
    private static IEnumerable<string> Named(List<CalendarDay> days, DayOutcome outcome, string word) =>
        days.FindAll(d => d.Outcome == outcome) is { Count: > 0 } found
            ? [found.Count == 1 ? $"1 {word} {Short(found[0].Day)}" : $"{found.Count} {word}, last {Short(found[^1].Day)}"]
            : [];

    private static string Short(DateOnly day) => day.ToString("d MMM", CultureInfo.InvariantCulture);
}
