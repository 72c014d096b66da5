using BackupApp.Data;
using BackupApp.Inventories.Changes;
using BackupApp.Inventories.Kept;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Inventories.Queries;

/// <summary>One artifact against that of the run before.</summary>
/// <param name="Before">Null for the first one that was read, or whose tables are kept.</param>
/// <param name="Changes">Null where there is nothing to compare.</param>
public sealed record PartChanges(KeptInventory Row, KeptInventory? Before, ContentChanges? Changes);

/// <summary>One of the tables that changed most in all of a backup.</summary>
public sealed record ChangedTable(string Database, TableChange Change);

/// <param name="More">Tables that changed less than these.</param>
public sealed record LargestChanges(IReadOnlyList<ChangedTable> Tables, int More);

/// <summary>What changed in a backup since the run before, and what somebody should look at.</summary>
public sealed class JobChanges(AppDbContext db)
{
    // Of a server with more databases than these a page has no room to tell; the sentences and the API have all of them.
    private const int MostParts = 50;

    /// <summary>Of each artifact whose contents were read.</summary>
    public Task<IReadOnlyList<PartChanges>> OfAsync(Guid jobId, CancellationToken cancellationToken) =>
        CompareAsync(PartsOf(jobId), cancellationToken);

    /// <summary>Those tables of all artifacts that changed most, the heaviest first.</summary>
    public async Task<LargestChanges> LargestAsync(Guid jobId, int most, CancellationToken cancellationToken)
    {
        var changed = PartsOf(jobId).Where(i => i.Changed != null && i.Changed != ChangeSentence.Nothing).Take(MostParts);
        var tables = (await CompareAsync(changed, cancellationToken))
            .SelectMany(p => (p.Changes?.Tables ?? []).Select(t => new ChangedTable(p.Row.Database, t)))
            .OrderBy(t => t.Change.Change)
            .ThenByDescending(t => Math.Abs(t.Change.RowsDelta))
            .ThenByDescending(t => Math.Abs(t.Change.BytesDelta))
            .ToList();
        return new([.. tables.Take(most)], Math.Max(0, tables.Count - most));
    }

    private IQueryable<KeptInventory> PartsOf(Guid jobId) =>
        db.Set<KeptInventory>().AsNoTracking().Where(i => i.JobId == jobId && i.NotRead == null).OrderBy(i => i.Part);

    private async Task<IReadOnlyList<PartChanges>> CompareAsync(IQueryable<KeptInventory> parts, CancellationToken cancellationToken)
    {
        var changes = new List<PartChanges>();
        foreach (var (row, inventory) in await parts.WithTablesAsync(db, cancellationToken))
        {
            var before = await db.Before(row).FirstWithTablesAsync(db, cancellationToken);
            changes.Add(new(row, before?.Row, Compare(before, row, inventory)));
        }

        return changes;
    }

    /// <summary>Those about which nobody has decided first, then in the order in which they were found.</summary>
    public async Task<IReadOnlyList<ContentWarning>> WarningsAsync(Guid jobId, CancellationToken cancellationToken) =>
        await db.Set<ContentWarning>().AsNoTracking().Where(w => w.JobId == jobId)
            .OrderBy(w => w.SilencedAt != null).ThenBy(w => w.Id).ToListAsync(cancellationToken);

    /// <summary>
    /// How many warnings of each of these jobs are open; those without one are not in it. One look-up in an index: for sources' state.
    /// </summary>
    public Task<Dictionary<Guid, int>> OpenWarningsAsync(IReadOnlyCollection<Guid> jobIds, CancellationToken cancellationToken) =>
        db.Set<ContentWarning>().Where(w => jobIds.Contains(w.JobId) && w.SilencedAt == null)
            .GroupBy(w => w.JobId)
            .Select(g => new { g.Key, Count = g.Count() })
            .ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);

    private static ContentChanges? Compare(KeptContents? before, KeptInventory row, Inventory? inventory) =>
        before is { Inventory: { } was } && inventory is not null
            ? ContentChanges.Between(was, inventory, before.Row.OtherTables == 0, row.OtherTables == 0)
            : null;
}
