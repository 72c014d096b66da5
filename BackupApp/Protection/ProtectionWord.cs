namespace BackupApp.Protection;

/// <summary>
/// How well a data source is protected, heaviest first; exactly these words, in snake_case, in the API, alerts and metrics.
/// </summary>
public enum ProtectionWord
{
    /// <summary>There is no good backup.</summary>
    Unprotected,

    /// <summary>The newest backup's object vanished or failed a check; so until a newer good one.</summary>
    Damaged,

    /// <summary>The newest good backup is older than was promised.</summary>
    Overdue,

    /// <summary>The promise still holds, but the runs since the newest good backup failed.</summary>
    Failing,

    /// <summary>Nothing will ever run by itself.</summary>
    Unscheduled,

    /// <summary>Somebody switched it off; the promise still holds.</summary>
    Paused,

    /// <summary>The promise holds, but something will break it or make the backup useless.</summary>
    AtRisk,

    Protected,
}

/// <summary>The one thing to do about a state.</summary>
public enum ProtectionAction
{
    None,
    RunNow,
    SeeJob,
    FixConnection,
    FixSchedule,
    AddPolicy,
    Resume,
    SeeDestination,
    SeePolicy,

    /// <summary>Give the source a login that may restore it.</summary>
    PrepareRestore,

    SeeRestore,
    SeeAudit,

    /// <summary>Say how to log in: before that nothing can run.</summary>
    EnterCredentials,
}

public static class ProtectionWords
{
    /// <summary>As a person reads it: "At risk".</summary>
    public static string Title(this ProtectionWord word) => word == ProtectionWord.AtRisk ? "At risk" : word.ToString();

    /// <summary>As on a button; null where there is nothing to do.</summary>
    public static string? Title(this ProtectionAction action) => action switch
    {
        ProtectionAction.RunNow => "Run now",
        ProtectionAction.SeeJob => "See why",
        ProtectionAction.FixConnection => "Fix connection",
        ProtectionAction.FixSchedule => "Fix schedule",
        ProtectionAction.AddPolicy => "Add policy",
        ProtectionAction.Resume => "Resume",
        ProtectionAction.SeeDestination => "See destination",
        ProtectionAction.SeePolicy => "See policy",
        ProtectionAction.PrepareRestore => "Make it ready",
        ProtectionAction.SeeRestore => "See why",
        ProtectionAction.SeeAudit => "See the audit log",
        ProtectionAction.EnterCredentials => "Enter credentials",
        _ => null,
    };
}
