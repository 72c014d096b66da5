namespace BackupApp.Protection;

/// <summary>Makes one <see cref="IncidentPlan"/>. Of one subject the kinds are heaviest first, as they are declared.</summary>
internal sealed class IncidentRound(
    IReadOnlyList<Incident> open, IReadOnlyList<Trouble> troubles, ILookup<string, IncidentKind> begins, DateTimeOffset now, bool isGrace)
{
    private readonly Dictionary<(string Subject, IncidentKind Kind), Incident> _known = open.ToDictionary(i => (i.Subject, i.Kind));
    private readonly Dictionary<string, Incident> _unstable =
        open.Where(i => i.Kind == IncidentKind.Unstable).ToDictionary(i => i.Subject);

    private readonly ILookup<string, Trouble> _troubles = troubles.ToLookup(t => t.Subject);
    private readonly List<Incident> _begun = [];
    private readonly List<PlannedNotice> _notices = [];

    public IncidentPlan Plan()
    {
        foreach (var calm in _unstable.Values.Where(IsCalm).ToList())
            EndUnstable(calm);
        foreach (var trouble in troubles)
        {
            if (Find(trouble) is { } incident)
                Tell(incident, trouble);
        }

        foreach (var incident in open.Where(i => i.Kind != IncidentKind.Unstable && !_troubles[i.Subject].Any(t => t.Kind == i.Kind)))
            End(incident);
        foreach (var incident in open.Where(i => i is { Kind: IncidentKind.Unstable, EndedAt: null }))
            KeepUp(incident);
        return new IncidentPlan(_begun, _notices);
    }

    // A day without a new trouble. What lasts all the while does not change.
    private bool IsCalm(Incident unstable) =>
        !begins[unstable.Subject].Any() && !_troubles[unstable.Subject].Any(t => t.Kind != IncidentKind.Paused && IsNew(t));

    private bool IsNew(Trouble trouble) => !isGrace && !_known.ContainsKey((trouble.Subject, trouble.Kind));

    private Incident? Find(Trouble trouble)
    {
        if (!_known.TryGetValue((trouble.Subject, trouble.Kind), out var incident))
            return isGrace ? null : Begin(trouble);
        incident.Look(trouble);
        return incident;
    }

    private Incident Begin(Trouble trouble)
    {
        var incident = Incident.Begin(trouble, now);
        _begun.Add(incident);
        if (IsFlip(trouble))
            BeginUnstable(trouble);
        return incident;
    }

    // What is heavier than all that began within the day is no flip: it is told as what it is.
    private bool IsFlip(Trouble trouble) =>
        trouble is { IsSilent: false, Kind: not IncidentKind.Paused } && !_unstable.ContainsKey(trouble.Subject)
        && begins[trouble.Subject].Count() >= IncidentPlan.MostFlips && begins[trouble.Subject].Any(kind => kind <= trouble.Kind);

    private void BeginUnstable(Trouble trouble)
    {
        var unstable = Incident.Begin(Unstable(trouble), now);
        unstable.Cover(trouble.Kind);
        unstable.Tell(now);
        _begun.Add(unstable);
        _notices.Add(new(NoticeKind.Begin, unstable));
        _unstable.Add(trouble.Subject, unstable);
    }

    private void Tell(Incident incident, Trouble trouble)
    {
        var unstable = _unstable.GetValueOrDefault(trouble.Subject);
        if (trouble.IsSilent || unstable?.Silences(trouble.Kind) == true)
            return;
        if (incident.ToldAt is null && incident.Kind != IncidentKind.Paused)
        {
            incident.Tell(now);
            unstable?.Cover(trouble.Kind);
            _notices.Add(new(NoticeKind.Begin, incident));
        }
        else
        {
            Remind(incident);
        }
    }

    private void Remind(Incident incident)
    {
        if (!incident.IsReminderDue(now))
            return;
        incident.Remind(now);
        _notices.Add(new(NoticeKind.Reminder, incident));
    }

    // It says what is so now, and people are reminded of it in the place of all that it silences.
    private void KeepUp(Incident unstable)
    {
        var heaviest = _troubles[unstable.Subject].Where(t => t.Kind != IncidentKind.Paused).MinBy(t => t.Kind);
        if (heaviest is null)
            unstable.Say(UnstableReason("nothing is wrong."));
        else
            unstable.Look(Unstable(heaviest));
        if (heaviest is not { IsSilent: true })
            Remind(unstable);
    }

    private void EndUnstable(Incident unstable)
    {
        _unstable.Remove(unstable.Subject);
        unstable.End(now);
        _notices.Add(new(NoticeKind.End, unstable) { Left = Heaviest(unstable) });
    }

    private void End(Incident incident)
    {
        incident.End(now);
        var isWorse = _troubles[incident.Subject].Any(t => !t.IsSilent && t.Kind < incident.Kind);
        // What is heavier is told of itself.
        if (incident.ToldAt is not null && !isWorse)
            _notices.Add(new(NoticeKind.End, incident) { Left = Heaviest(incident) });
    }

    private Trouble? Heaviest(Incident over) => _troubles[over.Subject].MinBy(t => t.Kind);

    private static Trouble Unstable(Trouble trouble) => trouble with
    {
        Kind = IncidentKind.Unstable,
        Reason = UnstableReason(trouble.Reason),
        IsSilent = false,
    };

    private static string UnstableReason(string state) =>
        $"Its state changed more than {IncidentPlan.MostFlips} times within a day; now: {state} "
        + "What is no worse is not told one by one until nothing has begun for a day.";
}
