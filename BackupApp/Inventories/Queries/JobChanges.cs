using BackupApp.Data;
using BackupApp.Inventories.Changes;
using BackupApp.Inventories.Kept;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Inventories.Queries;

/// <summary>One artifact against that of the run before.</summary>
/// <param name="Before">Null for the first one that was read, or whose tables are kept.</param>
/// <param name="Changes">Null where there is nothing to compare.</param>
public sealed record PartChanges(KeptInventory Row, KeptInventory? Before, ContentChanges? Changes);

/// <summary>What changed in a backup since the run before, and what somebody should look at.</summary>
public sealed class JobChanges(AppDbContext db)
{
    /// <summary>Of each artifact whose contents were read.</summary>
    public async Task<IReadOnlyList<PartChanges>> OfAsync(Guid jobId, CancellationToken cancellationToken)
    {
        var parts = await db.Set<KeptInventory>().AsNoTracking().Where(i => i.JobId == jobId && i.NotRead == null)
            .OrderBy(i => i.Part).WithTablesAsync(db, cancellationToken);
        var changes = new List<PartChanges>();
        foreach (var (row, inventory) in parts)
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
