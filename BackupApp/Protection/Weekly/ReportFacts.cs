namespace BackupApp.Protection.Weekly;

/// <summary>All that a weekly report is made of.</summary>
/// <param name="Sources">Worst first.</param>
/// <param name="Good">Backups of the last seven days that went well.</param>
/// <param name="Bad">And those that did not.</param>
public sealed record ReportFacts(
    DateTimeOffset At, IReadOnlyList<ReportSource> Sources, IReadOnlyList<ReportDestination> Destinations, int Good, int Bad);

/// <summary>A data source, as of now.</summary>
/// <param name="State">As a person reads it: "Overdue, paused".</param>
/// <param name="NeedsAttention">Anything but protected; what somebody paused on purpose not.</param>
/// <param name="Action">The thing to do; null where there is nothing.</param>
/// <param name="Bytes">Of the newest good backup; null without one.</param>
public sealed record ReportSource(
    Guid Id, string Name, string Environment, string State, bool NeedsAttention, string Reason, string? Action,
    DateTimeOffset? NewestGood, long? Bytes);

/// <summary>What lies at a destination.</summary>
/// <param name="WeekAgo">Null where there was nothing yet.</param>
/// <param name="MonthAgo">Four weeks ago, likewise.</param>
/// <param name="Free">Of its disk; null where that is not known.</param>
public sealed record ReportDestination(string Name, long Now, long? WeekAgo, long? MonthAgo, long? Free)
{
    private const int Weeks = 4;

    public Guid Id { get; init; }

    /// <summary>Bytes a week, of the last four weeks, or of as many as there are; null where nothing is known.</summary>
    public double? Growth => (MonthAgo, WeekAgo) switch
    {
        ({ } month, _) => (Now - month) / (double)Weeks,
        (_, { } week) => Now - week,
        _ => null,
    };

    /// <summary>What will lie there in four weeks if it goes on like this.</summary>
    public long? InFourWeeks => Growth is { } growth ? Math.Max(0, Now + (long)(growth * Weeks)) : null;

    /// <summary>Weeks until the disk is full; null where it does not fill, or nobody knows.</summary>
    public double? FullInWeeks => Growth is > 0 and var growth && Free is { } free ? free / growth : null;
}
