using BackupApp.DataSources;

namespace BackupApp.Protection;

/// <summary>What is wrong at this moment. An incident is one that lasts.</summary>
/// <param name="Subject">A source's id, or a word for something of BackupApp's own.</param>
/// <param name="Cause">The same for all troubles that one thing brings about.</param>
/// <param name="IsSilent">It is counted, and nobody is told: a source that somebody switched off.</param>
public sealed record Trouble(
    string Subject,
    string Name,
    IncidentKind Kind,
    string Cause,
    string Reason,
    ProtectionAction Action = ProtectionAction.None,
    Guid? TargetId = null,
    Guid? DataSourceId = null,
    DataSourceEnvironment? Environment = null,
    DateTimeOffset? LastGoodAt = null,
    bool IsSilent = false)
{
    /// <summary>When it happened; null for what lasts.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Of a source, as <c>key=value</c>.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Of a source: what it stands for, and what its policies are meant for.</summary>
    public IReadOnlyList<DataSourceEnvironment> Environments { get; init; } = [];

    /// <summary>
    /// Of a source; none where all is well, or it is too new to speak of. One that is paused until somebody resumes it has the pause as
    /// a trouble of its own, of which people are reminded whatever else is the matter.
    /// </summary>
    public static IEnumerable<Trouble> Of(ProtectedSource source)
    {
        var state = source.State;
        var isPaused = state.Word == ProtectionWord.Paused;
        if (state.Word != ProtectionWord.Protected && source.At >= state.TellsFrom)
            yield return Of(source, Enum.Parse<IncidentKind>(state.Word.ToString()), state.Reason, IsSilentFor(source));
        if (!isPaused && source.Facts.Pause is { Until: null } pause)
            yield return Of(source, IncidentKind.Paused, $"Paused {pause.Terms}", false) with
            {
                Action = ProtectionAction.Resume,
                TargetId = null,
            };
    }

    /// <summary>
    /// Where nothing runs any more, what is overdue for want of a run is so because of that: one trouble, however many sources.
    /// </summary>
    /// <param name="own">BackupApp's own, of this moment.</param>
    public static Trouble BecauseOf(Trouble trouble, IReadOnlyList<Trouble> own) =>
        trouble.Kind == IncidentKind.Overdue && trouble.Cause == $"source/{trouble.DataSourceId}"
            && own.FirstOrDefault(o => o.Kind is IncidentKind.SchedulerDead or IncidentKind.QueueDead) is { } dead
            ? trouble with { Cause = dead.Cause }
            : trouble;

    private static Trouble Of(ProtectedSource source, IncidentKind kind, string reason, bool isSilent)
    {
        var state = source.State;
        return new Trouble(
            source.Id.ToString(), source.Name, kind, CauseOf(source), reason, state.Action, state.TargetId, source.Id, source.Environment,
            state.NewestGood?.StartedAt, isSilent)
        {
            Labels = source.Labels,
            Environments = source.Environments,
        };
    }

    // A dead bucket with forty databases is one trouble, and so is one whose rules removed their backups, and a server that does not
    // answer.
    private static string CauseOf(ProtectedSource source) => (source.State, FailuresOf(source)) switch
    {
        ({ Action: ProtectionAction.SeeDestination, TargetId: { } destination }, _) => $"destination/{destination}",
        (_, { StoreId: { } destination }) => $"destination/{destination}",
        ({ Word: ProtectionWord.Damaged or ProtectionWord.Unprotected }, null) when source.Facts.Damage?.StoreId is { } destination =>
            $"destination/{destination}",
        (_, { IsConnection: true }) => $"server/{source.Server}",
        _ => $"source/{source.Id}",
    };

    private static FailedRuns? FailuresOf(ProtectedSource source) =>
        source.State.Word is ProtectionWord.Unprotected or ProtectionWord.Overdue or ProtectionWord.Failing ? source.Facts.Failures : null;

    // What somebody switched off is expected to get old. That what is there got lost is not. A pause without an end is what one
    // is reminded of; that of policies each of them reminds of by itself.
    private static bool IsSilentFor(ProtectedSource source) =>
        source.State.IsPaused && source.State.Word != ProtectionWord.Damaged
        && (source.State.Word != ProtectionWord.Paused || source.Facts.Pause is not { Until: null });
}
