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

/// <summary>Whether a login could restore at all: into a database of its own, and in place of the one that it is for.</summary>
/// <param name="Reason">What is in the way, in sentences for people; null when ready.</param>
/// <param name="ToDo">What to do, for the middle of a sentence: <c>grant CREATEDB</c>; null where nothing has to be done.</param>
/// <param name="Fix">The same, ready to copy; null where it is no command.</param>
public sealed record RestoreReadiness(ReadyState State, string? Reason = null, string? ToDo = null, string? Fix = null);

/// <summary>Written in snake_case.</summary>
public enum ReadyState
{
    Ready,
    NotReady,

    /// <summary>The server only follows another: nothing can be restored there, by whomever. It is no fault of the login.</summary>
    Standby,

    /// <summary>It could not be asked.</summary>
    Unknown,
}
