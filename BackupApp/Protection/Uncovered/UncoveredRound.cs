using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Protection.Uncovered;

/// <summary>
/// Looks, once a day or when somebody asks, for databases on known servers that no source covers, and remembers them. In one process
/// at a time.
/// </summary>
public sealed class UncoveredRound(AppDbContext db, ServerLists lists, TimeProvider time)
{
    public const string Id = "uncovered-databases";

    /// <returns>False when another process is at it.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!await BeginAsync(now, cancellationToken))
            return false;
        var sources = await db.Set<DataSource>().AsNoTracking().ToListAsync(cancellationToken);
        var servers = await lists.AskAsync(KnownServer.ByAddress(sources), cancellationToken);
        var known = await db.Set<UncoveredDatabase>().ToListAsync(cancellationToken);
        var kept = new HashSet<UncoveredDatabase>();
        foreach (var server in servers)
            kept.UnionWith(Update(server, known, now));
        // What is covered by now, is gone, or is on a server that nobody has a login for any more.
        db.RemoveRange(known.Where(k => !kept.Contains(k)));
        await db.SaveChangesAsync(cancellationToken);
        await EndAsync(servers, cancellationToken);
        return true;
    }

    private IEnumerable<UncoveredDatabase> Update(KnownServer server, List<UncoveredDatabase> known, DateTimeOffset now)
    {
        var there = known.Where(k => k.Server == server.Key || server.Addresses.Overlaps(k.Addresses))
            .ToLookup(k => k.Database, StringComparer.Ordinal);
        // Of a server that does not answer what was known stays, but for what has a source since.
        if (server.Contents is null)
            return there.SelectMany(g => g).Where(k => !KnownServer.Covers(server.Sources, k.Database));
        return server.Uncovered.Select(name =>
        {
            var found = there[name].FirstOrDefault();
            if (found is null)
                db.Add(found = UncoveredDatabase.Find(name, now));
            found.See(server, now);
            return found;
        }).ToList();
    }

    private async Task<bool> BeginAsync(DateTimeOffset now, CancellationToken cancellationToken) => await db.Database.ExecuteSqlAsync(
        $"""
        insert into uncovered_looks (id, started_at, servers, answered) values ({UncoveredLook.Only}, {now}, 0, 0)
        on conflict (id) do update set started_at = excluded.started_at, finished_at = null
        where uncovered_looks.finished_at is not null or uncovered_looks.started_at < {now - UncoveredLook.Longest}
        """,
        cancellationToken) > 0;

    private async Task EndAsync(IReadOnlyList<KnownServer> servers, CancellationToken cancellationToken)
    {
        var (now, answered) = (time.GetUtcNow(), servers.Count(s => s.Contents is not null));
        await db.Set<UncoveredLook>().ExecuteUpdateAsync(
            set => set.SetProperty(l => l.FinishedAt, now).SetProperty(l => l.Servers, servers.Count)
                .SetProperty(l => l.Answered, answered),
            cancellationToken);
    }
}
