namespace BackupApp.Policies;

/// <summary>
/// A zone's clock on the wall, and the moments at which it shows a time. It asks the zone for
/// nothing but its offset at a moment: for zones whose winter time is the exception (Europe/Dublin,
/// Africa/Casablanca) the rest of what the framework says of gaps and repeated hours is off.
/// </summary>
internal sealed class WallClock(TimeZoneInfo zone)
{
    // More than any offset, and less than the time between two changes.
    private static readonly TimeSpan Around = TimeSpan.FromHours(36);

    /// <summary>What the clock shows. Its kind is UTC so that nothing converts it.</summary>
    public DateTime Show(DateTimeOffset moment) => moment.UtcDateTime + OffsetAt(moment.UtcDateTime);

    public DateTimeOffset ToLocal(DateTimeOffset moment) => moment.ToOffset(OffsetAt(moment.UtcDateTime));

    /// <summary>
    /// The moment at which the clock first shows this time, and the second one where it is set back
    /// over it. A time that the clock skips is the moment of the change.
    /// </summary>
    public (DateTimeOffset First, DateTimeOffset? Second) Moments(DateTime wall)
    {
        var (before, after) = (OffsetAt(wall - Around), OffsetAt(wall + Around));
        if (before == after)
            return (Moment(wall, before), null);
        var (inBefore, inAfter) = (OffsetAt(wall - before) == before, OffsetAt(wall - after) == after);
        return (inBefore, inAfter) switch
        {
            (true, true) => (Moment(wall, before), Moment(wall, after)),
            (true, false) => (Moment(wall, before), null),
            (false, true) => (Moment(wall, after), null),
            _ => (ChangeBetween(wall - Around, wall + Around, before), null),
        };
    }

    /// <summary>How far the clock will be set back over the time that it shows, or null when it will not.</summary>
    public TimeSpan? RepeatOf(DateTimeOffset moment)
    {
        var (first, second) = Moments(Show(moment));
        return first == moment.ToUniversalTime() ? second - first : null;
    }

    private DateTimeOffset ChangeBetween(DateTime low, DateTime high, TimeSpan before)
    {
        while (high - low > TimeSpan.FromSeconds(1))
        {
            var middle = low + ((high - low) / 2);
            if (OffsetAt(middle) == before)
                low = middle;
            else
                high = middle;
        }

        // Changes are on a full second; the halving is not.
        return new DateTimeOffset(high.AddTicks(-(high.Ticks % TimeSpan.TicksPerSecond)), TimeSpan.Zero);
    }

    private TimeSpan OffsetAt(DateTime utc) => zone.GetUtcOffset(utc);

    private static DateTimeOffset Moment(DateTime wall, TimeSpan offset) => new(wall - offset, TimeSpan.Zero);
}
