namespace BackupApp.Protection;

/// <summary>What people are told.</summary>
public enum NoticeKind
{
    Begin,
    Reminder,
    End,

    /// <summary>It happened, and is over.</summary>
    Event,
}

/// <param name="Incident">With its text as of now.</param>
public sealed record PlannedNotice(NoticeKind Kind, Incident Incident)
{
    /// <summary>Of an end: what is still the matter, lighter than what is over or silent; null where nothing is.</summary>
    public Trouble? Left { get; init; }
}

/// <summary>What to make of the troubles of this moment. It changes the incidents it is given, and touches nothing else.</summary>
/// <param name="Begun">New incidents.</param>
/// <param name="Notices">What people are told, in order.</param>
public sealed record IncidentPlan(IReadOnlyList<Incident> Begun, IReadOnlyList<PlannedNotice> Notices)
{
    /// <summary>More than so many begins of one subject in a day are one unstable incident.</summary>
    public const int MostFlips = 3;

    public static readonly TimeSpan FlipWindow = TimeSpan.FromDays(1);

    /// <param name="open">All open incidents.</param>
    /// <param name="begins">What of each subject began within <see cref="FlipWindow"/>.</param>
    /// <param name="isGrace">BackupApp was down until now: nothing begins before it had the time to catch up.</param>
    public static IncidentPlan Make(
        IReadOnlyList<Incident> open, IReadOnlyList<Trouble> troubles, ILookup<string, IncidentKind> begins, DateTimeOffset now,
        bool isGrace) => new IncidentRound(open, troubles, begins, now, isGrace).Plan();
}
