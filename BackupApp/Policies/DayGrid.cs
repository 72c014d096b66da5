namespace BackupApp.Policies;

/// <summary>
/// Consecutive days as they begin for somebody: of 23 to 25 hours where the clock changes. A database is asked by their moments, since it
/// need not know the same zones.
/// </summary>
public sealed class DayGrid
{
    private readonly DateTimeOffset[] _starts;

    private DayGrid(DateOnly first, DateTimeOffset[] starts) => (First, _starts) = (first, starts);

    /// <param name="first">The day with which it begins.</param>
    /// <param name="last">Not before the first.</param>
    /// <param name="startOf">The moment at which a day begins.</param>
    public static DayGrid Of(DateOnly first, DateOnly last, Func<DateOnly, DateTimeOffset> startOf) =>
        new(first, [.. Enumerable.Range(0, last.DayNumber - first.DayNumber + 1).Select(first.AddDays).Select(startOf)]);

    public DateOnly First { get; }

    public IEnumerable<DateOnly> All => Enumerable.Range(0, _starts.Length).Select(First.AddDays);

    /// <summary>The moment at which the first day begins.</summary>
    public DateTimeOffset Since => _starts[0];

    /// <summary>When each of them begins, for PostgreSQL's <c>width_bucket</c>.</summary>
    public IReadOnlyList<DateTimeOffset> Starts => _starts;

    /// <summary>Of the number that <c>width_bucket</c> gives: 1 for the first.</summary>
    public DateOnly OfBucket(int bucket) => First.AddDays(bucket - 1);

    /// <summary>What is before the first day counts as the day before it; the last day has no end.</summary>
    public DateOnly DayOf(DateTimeOffset moment)
    {
        var at = Array.BinarySearch(_starts, moment);
        return OfBucket(at >= 0 ? at + 1 : ~at);
    }
}
