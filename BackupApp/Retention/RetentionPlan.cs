namespace BackupApp.Retention;

/// <summary>
/// Applies a rule to the stored backups of one attachment (design: "Schedule, pause, retention"). Pure: it deletes nothing, and the same
/// backups at the same moment give the same verdicts.
/// </summary>
public static class RetentionPlan
{
    /// <returns>A verdict for each backup, the newest first.</returns>
    public static IReadOnlyList<RetentionVerdict> Decide(RetentionRule rule, IEnumerable<StoredBackup> backups, DateTimeOffset now)
    {
        var newestFirst = NewestFirst(backups);
        var guarded = newestFirst.Find(b => b.IsComplete) ?? newestFirst.FirstOrDefault();
        var counted = newestFirst.FindAll(Counts);
        var ranks = counted.Select((backup, rank) => (backup.Id, rank)).ToDictionary(x => x.Id, x => x.rank);

        return newestFirst.ConvertAll(backup =>
        {
            if (backup.IsPinned)
                return Keep(backup, KeepReason.Pinned);
            if (backup.Id == guarded!.Id)
                return Keep(backup, KeepReason.NewestGood);
            if (rule.KeepLast == 0 || !ranks.TryGetValue(backup.Id, out var rank))
                return ByAge(rule, backup, now);
            if (rank < rule.KeepLast)
                return Keep(backup, KeepReason.AmongNewest);

            // The backup that took its place among the newest: it has been outside since then.
            var outsideSince = counted[rank - rule.KeepLast].TakenAt;
            var oldAt = backup.TakenAt + rule.Age;
            if (rule.KeepDays > 0 && now <= oldAt)
                return Keep(backup, KeepReason.WithinDays, oldAt);
            return Expire(backup, rule.KeepDays > 0 && oldAt > outsideSince ? ExpiryReason.AgeExceeded : ExpiryReason.KeepLastNExceeded);
        });
    }

    /// <summary>
    /// What would go at once if <paramref name="next"/> replaced <paramref name="current"/>, and
    /// would not without it: the question before a policy is tightened.
    /// </summary>
    public static IReadOnlyList<RetentionVerdict> WouldGo(
        RetentionRule current, RetentionRule next, IReadOnlyCollection<StoredBackup> backups, DateTimeOffset now)
    {
        var going = Decide(current, backups, now).Where(v => v.Expires is not null).Select(v => v.Backup.Id).ToHashSet();
        return [.. Decide(next, backups, now).Where(v => v.Expires is not null && !going.Contains(v.Backup.Id))];
    }

    /// <summary>Its place, from 0, among those that <see cref="RetentionRule.KeepLast"/> counts; null where it is none of them.</summary>
    public static int? RankOf(Guid id, IEnumerable<StoredBackup> backups) =>
        NewestFirst(backups).FindAll(Counts).FindIndex(b => b.Id == id) is >= 0 and var rank ? rank : null;

    // The id settles a tie, so that two servers agree.
    private static List<StoredBackup> NewestFirst(IEnumerable<StoredBackup> backups) =>
        [.. backups.OrderByDescending(b => b.TakenAt).ThenByDescending(b => b.Id)];

    private static bool Counts(StoredBackup backup) => backup is { IsComplete: true, IsScheduled: true };

    private static RetentionVerdict ByAge(RetentionRule rule, StoredBackup backup, DateTimeOffset now)
    {
        if (rule.KeepDays == 0)
            return Keep(backup, KeepReason.NoRule);
        var oldAt = backup.TakenAt + rule.Age;
        return now <= oldAt ? Keep(backup, KeepReason.WithinDays, oldAt) : Expire(backup, ExpiryReason.AgeExceeded);
    }

    private static RetentionVerdict Keep(StoredBackup backup, KeepReason reason, DateTimeOffset? goesAt = null) =>
        new(backup, null, reason, goesAt);

    private static RetentionVerdict Expire(StoredBackup backup, ExpiryReason reason) => new(backup, reason, null, null);
}
