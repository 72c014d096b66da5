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
public sealed record PlannedNotice(NoticeKind Kind, Incident Incident);

/// <summary>What to make of the troubles of this moment. It changes the incidents it is given, and touches nothing else.</summary>
/// <param name="Begun">New incidents.</param>
/// <param name="Notices">What people are told, in order.</param>
public sealed record IncidentPlan(IReadOnlyList<Incident> Begun, IReadOnlyList<PlannedNotice> Notices)
{
    /// <summary>More than so many begins of one subject in a day are one unstable incident.</summary>
    public const int MostFlips = 3;

    public static readonly TimeSpan FlipWindow = TimeSpan.FromDays(1);

    /// <param name="open">All open incidents.</param>
    /// <param name="begins">How many of each subject began within <see cref="FlipWindow"/>.</param>
    /// <param name="isGrace">BackupApp was down until now: nothing begins before it had the time to catch up.</param>
    public static IncidentPlan Make(
        IReadOnlyList<Incident> open, IReadOnlyList<Trouble> troubles, IReadOnlyDictionary<string, int> begins, DateTimeOffset now,
        bool isGrace)
    {
        var (begun, notices) = (new List<Incident>(), new List<PlannedNotice>());
        var known = open.ToDictionary(i => (i.Subject, i.Kind));
        var unstable = open.Where(i => i.Kind == IncidentKind.Unstable).Select(i => i.Subject).ToHashSet();
        foreach (var trouble in troubles)
        {
            if (known.TryGetValue((trouble.Subject, trouble.Kind), out var incident))
            {
                incident.Look(trouble);
            }
            else if (!isGrace)
            {
                begun.Add(incident = Incident.Begin(trouble, now));
                if (begins.GetValueOrDefault(trouble.Subject) >= MostFlips && unstable.Add(trouble.Subject))
                    BeginUnstable(trouble, now, begun, notices);
            }

            if (incident is not null)
                Tell(incident, trouble, unstable.Contains(trouble.Subject), now, notices);
        }

        var wanted = troubles.ToLookup(t => t.Subject, t => t.Kind);
        foreach (var incident in open.Where(i => !wanted[i.Subject].Contains(i.Kind)))
            End(incident, wanted[incident.Subject].Any(), begins.GetValueOrDefault(incident.Subject), now, notices);
        return new IncidentPlan(begun, notices);
    }

    private static void Tell(Incident incident, Trouble trouble, bool isUnstable, DateTimeOffset now, List<PlannedNotice> notices)
    {
        if (trouble.IsSilent || isUnstable)
            return;
        if (incident.ToldAt is null && incident.Kind != IncidentKind.Paused)
        {
            incident.Tell(now);
            notices.Add(new(NoticeKind.Begin, incident));
        }
        else if (incident.IsReminderDue(now))
        {
            incident.Remind(now);
            notices.Add(new(NoticeKind.Reminder, incident));
        }
    }

    private static void BeginUnstable(Trouble trouble, DateTimeOffset now, List<Incident> begun, List<PlannedNotice> notices)
    {
        var unstable = Incident.Begin(
            trouble with
            {
                Kind = IncidentKind.Unstable,
                Reason = $"Its state changed more than {MostFlips} times within a day; now: {trouble.Reason} "
                    + "Its changes are not told one by one until it is calm.",
                IsSilent = false,
            },
            now);
        unstable.Tell(now);
        begun.Add(unstable);
        notices.Add(new(NoticeKind.Begin, unstable));
    }

    /// <param name="isWorse">The subject has another trouble in its place, which is told of itself.</param>
    private static void End(Incident incident, bool isWorse, int begins, DateTimeOffset now, List<PlannedNotice> notices)
    {
        // Calm is a day without a new trouble, and none left.
        if (incident.Kind == IncidentKind.Unstable && (isWorse || begins > 0))
            return;
        incident.End(now);
        if (incident.ToldAt is not null && !isWorse)
            notices.Add(new(NoticeKind.End, incident));
    }
}
