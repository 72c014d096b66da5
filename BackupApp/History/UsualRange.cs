namespace BackupApp.History;

/// <summary>How far a figure may stray from those before it without standing out.</summary>
/// <param name="Share">Of the median, for example 0.25.</param>
/// <param name="Least">In the figure's own unit.</param>
public readonly record struct Slack(double Share, long Least)
{
    /// <summary>Bytes of a backup.</summary>
    public static readonly Slack OfSize = new(0.25, 1 << 20);

    /// <summary>Milliseconds of a run: a busy server takes half as long again.</summary>
    public static readonly Slack OfDuration = new(0.5, 5_000);
}

/// <summary>
/// What was to be expected of a run by those before it: around their median, as wide as they scatter. Medians do not mind a single bad one.
/// </summary>
/// <param name="Low">At least 0.</param>
public readonly record struct UsualRange(long Low, long Median, long High)
{
    /// <summary>So many runs before are looked at, since databases grow.</summary>
    public const int Looked = 10;

    /// <summary>With fewer nothing is usual yet.</summary>
    public const int Least = 5;

    // A normal distribution has its median deviation at 0.6745 standard deviations, and nearly all of itself within three of them.
    private const double Deviations = 3 / 0.6745;

    public bool Holds(long value) => value >= Low && value <= High;

    /// <summary>For each value the range by those before it, in their order; null where they are too few.</summary>
    public static IReadOnlyList<UsualRange?> Before(IReadOnlyList<long> values, Slack slack) =>
        [.. Enumerable.Range(0, values.Count).Select(i => Of([.. values.Take(i).TakeLast(Looked)], slack))];

    /// <summary>Null where they are too few.</summary>
    public static UsualRange? Of(IReadOnlyCollection<long> values, Slack slack)
    {
        if (values.Count < Least)
            return null;
        var median = MedianOf(values);
        var scatter = MedianOf([.. values.Select(v => Math.Abs(v - median))]) * Deviations;
        var room = (long)Math.Max(scatter, Math.Max(slack.Share * median, slack.Least));
        return new(Math.Max(0, median - room), median, median + room);
    }

    private static long MedianOf(IReadOnlyCollection<long> values)
    {
        var sorted = values.Order().ToList();
        var middle = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[middle] : sorted[middle - 1] + ((sorted[middle] - sorted[middle - 1]) / 2);
    }
}
