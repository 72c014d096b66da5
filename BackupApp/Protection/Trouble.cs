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
    /// <summary>Of a source; null where all is well, or it is too new to speak of.</summary>
    public static Trouble? Of(ProtectedSource source)
    {
        var state = source.State;
        if (state.Word == ProtectionWord.Protected || source.At < state.TellsFrom)
            return null;
        var kind = Enum.Parse<IncidentKind>(state.Word.ToString());
        var cause = state.Action == ProtectionAction.SeeDestination ? $"destination/{state.TargetId}" : $"source/{source.Id}";
        return new Trouble(
            source.Id.ToString(), source.Name, kind, cause, state.Reason, state.Action, state.TargetId, source.Id, source.Environment,
            state.NewestGood?.StartedAt, IsSilentFor(source));
    }

    // What somebody switched off is expected to get old. That what is there got lost is not. A pause without an end is what one
    // is reminded of.
    private static bool IsSilentFor(ProtectedSource source) =>
        source.State.IsPaused && source.State.Word != ProtectionWord.Damaged
        && (source.State.Word != ProtectionWord.Paused || source.Facts.Pause?.Until is not null);
}
