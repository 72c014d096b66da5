using BackupApp.Protection;
using BackupApp.Protection.Uncovered;
using BackupApp.Tools;

namespace BackupApp.Pages.Protection;

/// <summary>What needs somebody, worst first; what one cause brings about is one item. A pure function.</summary>
public static class AttentionList
{
    private const int Named = 3;

    // A time that is shorter tells nobody anything.
    private static readonly TimeSpan Worth = TimeSpan.FromMinutes(1);

    /// <param name="sources">Worst first.</param>
    /// <param name="incidents">Those that last, by source.</param>
    public static IReadOnlyList<AttentionItem> OfSources(
        IEnumerable<ProtectedSource> sources, ILookup<Guid, Incident> incidents, DateTimeOffset now) =>
        [.. sources.Where(HealthBoard.NeedsSomebody).GroupBy(CauseOf).Select(g => OfCause([.. g], incidents, now))];

    /// <summary>A line for each server.</summary>
    public static IEnumerable<AttentionItem> OfUncovered(IEnumerable<UncoveredDatabase> uncovered) => uncovered.GroupBy(u => u.Server)
        .Select(server =>
        {
            var found = server.ToList();
            var names = found.ConvertAll(u => ShellWord.Show(u.Database));
            return new AttentionItem(
                $"uncovered-{found[0].Id:N}",
                [new(found[0].Host, "/Uncovered/Index", null)],
                $"Nobody backs up {string.Join(", ", names.Take(Named))}{(names.Count > Named ? $" and {names.Count - Named} more" : "")}.")
            {
                Title = "Not covered",
                Action = names.Count == 1
                    ? new("Protect", "/DataSources/Create", null)
                    {
                        Route = new Dictionary<string, string?> { ["uncovered"] = $"{found[0].Id}" },
                    }
                    : new("Protect or ignore", "/Uncovered/Index", null),
            };
        });

    /// <summary>What is the matter beyond the sources' states; what those say already is left out.</summary>
    public static IEnumerable<AttentionItem> OfOthers(IEnumerable<Attention> attentions, IEnumerable<ProtectedSource> sources)
    {
        var known = sources.ToDictionary(s => s.Id);
        return attentions.Where(a => !known.TryGetValue(a.DataSourceId, out var source) || !Says(source, a))
            .GroupBy(a => a.Cause)
            .Select((alike, number) => OfOther([.. alike], number));
    }

    public static AttentionItem NoChannel { get; } = new(
        "no-channel", [new("Alerts", "/Channels/Index", null)], "When a backup is missing, nobody learns it who does not look here.")
    {
        Action = new("Add a channel", "/Channels/Index", null),
    };

    /// <summary>What is the matter with one source, without the figures that stand beside it.</summary>
    public static string ReasonOf(ProtectedSource source) => FailuresOf(source)?.LastError ?? source.State.Reason;

    // Runs that fail alike fail for one cause; so does what reads alike. A reason that says ages or names is one source's own.
    private static string CauseOf(ProtectedSource source) => (source.State, FailuresOf(source)) switch
    {
        ({ Action: ProtectionAction.SeeDestination, TargetId: { } destination }, _) => $"destination/{destination}",
        ({ Action: ProtectionAction.FixSchedule, TargetId: { } policy }, _) => $"policy/{policy}",
        (_, { IsConnection: true } failed) => $"{source.Server}/{failed.LastError}",
        (_, { } failed) => $"error/{failed.LastError}",
        (var state, _) => $"{state.Title}/{state.Reason}",
    };

    // Whoever sees to a source without a new good backup sees to what did not run, too.
    private static bool Says(ProtectedSource source, Attention attention) => attention switch
    {
        { Gap: not null } => source.State is { Word: <= ProtectionWord.Unscheduled } or { Action: ProtectionAction.SeePolicy },
        { UnreadPolicyId: { } policy } => source.State.Action == ProtectionAction.FixSchedule && source.State.TargetId == policy,
        _ => false,
    };

    private static AttentionItem OfOther(IReadOnlyList<Attention> alike, int number)
    {
        var sources = alike.DistinctBy(a => a.DataSourceId).ToList();
        return new AttentionItem(
            $"attention-{number}",
            [.. sources.Take(Named).Select(a => new ActionLink(a.Name, "/DataSources/Details", a.DataSourceId))],
            Attention.Together(alike))
        {
            More = Math.Max(0, sources.Count - Named),
            Action = alike switch
            {
                [{ UnreadPolicyId: { } policy }, ..] => new("Fix schedule", "/Policies/Edit", policy),
                [{ JobId: { } job }] => new("See the job", "/Jobs/Details", job),
                [{ Left: { } left }, ..] => new("See destination", "/Destinations/Details", left.DestinationId),
                _ => null,
            },
        };
    }

    // Of a whole server the reason says which of its databases it is about.
    private static FailedRuns? FailuresOf(ProtectedSource source) =>
        source.State is { Word: ProtectionWord.Unprotected or ProtectionWord.Overdue or ProtectionWord.Failing, Databases.Count: 0 }
            ? source.Facts.Failures
            : null;

    private static AttentionItem OfCause(IReadOnlyList<ProtectedSource> sources, ILookup<Guid, Incident> incidents, DateTimeOffset now)
    {
        var (worst, failures) = (sources[0], sources.Select(FailuresOf).OfType<FailedRuns>().ToList());
        var state = worst.State;
        var incident = sources.Count > 1 ? null
            : incidents[worst.Id].FirstOrDefault(i => i.TellsOf(state));
        return new AttentionItem(
            $"source-{worst.Id:N}",
            [.. sources.Take(Named).Select(s => new ActionLink(s.Name, "/DataSources/Details", s.Id))],
            ReasonOf(worst))
        {
            More = Math.Max(0, sources.Count - Named),
            Word = state.Word,
            Title = state.Title,
            For = sources.Count == 1 && now - state.Since >= Worth ? now - state.Since : null,
            FailedRuns = failures.Count > 0 ? failures.Max(f => f.Count) : 0,
            FailingSince = failures.Count > 0 ? failures.Min(f => f.First) : null,
            LastGood = sources.Min(s => s.State.NewestGood?.StartedAt),
            Incident = incident,
            IsKnown = incident?.IsKnownAt(now) == true,
            Run = sources.Count == 1 && state.Action == ProtectionAction.RunNow && worst.IsActive ? worst.Id : null,
            // What helps one of several alone is on its own row.
            Action = sources.Count > 1 && state.Action is (ProtectionAction.RunNow or ProtectionAction.EnterCredentials)
                ? null
                : ActionLink.Of(worst.Id, state),
        };
    }
}
