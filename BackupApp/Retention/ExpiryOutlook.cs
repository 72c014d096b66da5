namespace BackupApp.Retention;

/// <summary>When one backup goes and why, as a sentence around a moment.</summary>
/// <param name="Before">What stands before the moment, or all of it.</param>
/// <param name="At">When it goes; null where no clock decides that.</param>
/// <param name="After">What stands behind the moment.</param>
public sealed record ExpiryOutlook(string Before, DateTimeOffset? At = null, string After = "")
{
    public static readonly ExpiryOutlook Pinned = new("It is pinned: it stays until somebody unpins it.");

    /// <summary>Of a run without a policy.</summary>
    public static readonly ExpiryOutlook WithoutPolicy = new("It was run without a policy: it stays until somebody deletes it.");

    public static ExpiryOutlook Detached(string policy) =>
        new($"The policy {policy} is not attached any more: it stays until somebody deletes it.");

    /// <param name="rank">Its place among the backups that count for "the newest", from 0; null where it does not count.</param>
    public static ExpiryOutlook Of(RetentionVerdict verdict, RetentionRule rule, string policy, int? rank) => verdict switch
    {
        { Keeps: KeepReason.Pinned } => Pinned,
        { Keeps: KeepReason.NewestGood } => new("It is the newest good backup: it stays at least until there is a newer one."),
        { Keeps: KeepReason.WithinDays, GoesAt: { } at } => new(
            "It expires", at, $", when it is older than {Days(rule)}, by {policy}."),
        { Keeps: KeepReason.AmongNewest } => AmongNewest(verdict.Backup, rule, policy, rank),
        { Keeps: KeepReason.NoRule } when rule.KeepsAll => new($"{policy} keeps every backup: it stays until somebody deletes it."),
        { Keeps: KeepReason.NoRule } => new(
            $"{policy} counts good scheduled backups only, and this is none: it stays until somebody deletes it."),
        { Expires: ExpiryReason.KeepLastNExceeded } => new(
            $"It expires within the hour: it is not among the newest {Newest(rule)} of {policy} any more."),
        _ => new($"It expires within the hour: it is older than {Days(rule)}, by {policy}."),
    };

    private static ExpiryOutlook AmongNewest(StoredBackup backup, RetentionRule rule, string policy, int? rank)
    {
        var needed = rule.KeepLast - (rank ?? 0);
        var more = needed == 1 ? "the next good scheduled backup" : $"{needed} more good scheduled backups";
        var goes = $"It expires after {more} of {policy}";
        return rule.KeepDays == 0
            ? new($"{goes}, which keeps the newest {Newest(rule)}.")
            : new($"{goes}, but not before", backup.TakenAt + rule.Age, $", when it is older than {Days(rule)}.");
    }

    private static string Days(RetentionRule rule) => rule.KeepDays == 1 ? "1 day" : $"{rule.KeepDays} days";

    private static string Newest(RetentionRule rule) => rule.KeepLast == 1 ? "one" : $"{rule.KeepLast}";
}
