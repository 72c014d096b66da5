namespace BackupApp.Backups;

/// <summary>Why a stored backup went.</summary>
public enum DeletionReason
{
    AgeExceeded,
    KeepLastNExceeded,
    UserDeleted,

    /// <summary>The destination was deleted with its keys, and what lay there was left as it was.</summary>
    DestinationDeleted,
}
