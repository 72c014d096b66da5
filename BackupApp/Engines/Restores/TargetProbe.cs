namespace BackupApp.Engines.Restores;

/// <summary>What a look at the target found.</summary>
/// <param name="Code">Of the first check that is bad, in snake_case; null when <paramref name="Ok"/>.</param>
/// <param name="Message">Its words.</param>
/// <param name="ServerVersion">Null when nobody answered.</param>
public sealed record TargetProbe(bool Ok, string? Code, string? Message, string? ServerVersion, IReadOnlyList<TargetCheck> Checks)
{
    public static TargetProbe Of(IReadOnlyList<TargetCheck> checks, string? serverVersion)
    {
        var bad = checks.FirstOrDefault(c => c.State == CheckState.Bad);
        return new(bad is null, bad?.Code, bad?.Text, serverVersion, checks);
    }
}

/// <summary>One thing that was looked at.</summary>
/// <param name="Code">Stable, in snake_case, for example <c>database_already_exists</c>.</param>
/// <param name="Text">A sentence or two for people; holds no secret.</param>
/// <param name="Fix">What to do, ready to copy where it is a command; null where nothing has to be done.</param>
public sealed record TargetCheck(string Code, CheckState State, string Text, string? Fix = null);

public enum CheckState
{
    Good,

    /// <summary>Worth knowing; it stops nothing.</summary>
    Note,

    /// <summary>The restore cannot or must not be done so.</summary>
    Bad,
}

/// <summary>A source's standing line.</summary>
/// <param name="Ready">It can be restored, beside and in place.</param>
/// <param name="Sentence"><c>Ready</c>, or what to do, for people.</param>
/// <param name="Fix">Ready to copy; null where nothing has to be done.</param>
public sealed record RestoreReadiness(bool Ready, string Sentence, string? Fix = null);
