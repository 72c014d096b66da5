namespace BackupApp.Protection;

/// <summary>What is known of each database of a server, from what its last runs planned and stored.</summary>
internal static class ServerParts
{
    /// <param name="rows">Of one server, newest run first.</param>
    public static IReadOnlyList<DatabaseFacts> Read(IReadOnlyList<PartRow> rows)
    {
        if (rows.Count == 0)
            return [];
        // A database that the newest run did not find any more is nobody's worry.
        var there = rows.Where(r => r.JobId == rows[0].JobId).Select(r => (r.Kind, r.Name)).ToHashSet();
        // One archive for all: then the server is as one database.
        if (there.Any(part => part.Kind == "server"))
            return [];
        return [.. rows.Where(r => there.Contains((r.Kind, r.Name))).GroupBy(r => (r.Kind, r.Name)).Select(g => Of(g.Key, [.. g]))];
    }

    private static DatabaseFacts Of((string Kind, string Name) part, PartRow[] rows)
    {
        var good = Array.Find(rows, r => r is { IsStored: true, IsDeleted: false, DamagedAt: null });
        var newest = Array.Find(rows, r => r is { IsStored: true, IsDeleted: false });
        var failed = rows.TakeWhile(r => !r.IsStored).ToList();
        return new DatabaseFacts(
            part.Kind == "globals" ? "roles and tablespaces" : part.Name,
            good is null ? null : new GoodBackup(good.JobId, good.StartedAt, good.FinishedAt - good.StartedAt, good.Bytes),
            rows[^1].StartedAt,
            failed.Count == 0 ? null : new FailedRuns(
                failed.Count, failed[^1].FinishedAt, failed[0].JobId, failed[0].Error ?? "It was not begun.", false),
            newest is { DamagedAt: { } at } ? new DamageFacts(newest.JobId, at, newest.Damage ?? "Its object is damaged.") : null)
        {
            IsDatabase = part.Kind == "database",
        };
    }
}
