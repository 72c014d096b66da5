namespace BackupApp.Retention;

/// <summary>What retention has to know of a backup that is still stored: one that ended as <c>success</c> or <c>partial</c>.</summary>
/// <param name="TakenAt">When its job started, which is the age of its data.</param>
/// <param name="IsComplete"><c>success</c>, and not damaged; otherwise <c>partial</c>, or no good any more.</param>
/// <param name="IsScheduled">Made by the schedule; otherwise by hand.</param>
public sealed record StoredBackup(Guid Id, DateTimeOffset TakenAt, bool IsComplete, bool IsScheduled, bool IsPinned);

/// <summary>Why a backup expires; the published words, in snake_case, of a job's deletion reason.</summary>
public enum ExpiryReason
{
    AgeExceeded,
    KeepLastNExceeded,
}

/// <summary>Why a backup stays.</summary>
public enum KeepReason
{
    Pinned,

    /// <summary>The newest good one, or the newest partial one where there is none.</summary>
    NewestGood,

    /// <summary>Among the newest that the rule counts.</summary>
    AmongNewest,

    WithinDays,

    /// <summary>No part of the rule that is on speaks of it.</summary>
    NoRule,
}

/// <summary>What the rule says of one backup: either it expires, or it stays.</summary>
/// <param name="Expires">Null when it stays.</param>
/// <param name="Keeps">Null when it expires.</param>
/// <param name="GoesAt">When it will go by the clock alone; null when that depends on later backups, or never comes.</param>
public sealed record RetentionVerdict(StoredBackup Backup, ExpiryReason? Expires, KeepReason? Keeps, DateTimeOffset? GoesAt);
