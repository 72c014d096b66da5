using BackupApp.Data;
using BackupApp.Inventories.Kept;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Inventories.Changes;

/// <summary>
/// Compares what was just read: with the run before, for a sentence, and with the newest run about which nothing is open, for what somebody
/// should look at.
/// </summary>
public static class WarningsFound
{
    /// <summary>Within the transaction that keeps the inventory.</summary>
    public static async Task WarnAsync(this AppDbContext db, KeptInventory row, KeptTables kept, CancellationToken cancellationToken)
    {
        if (await db.Before(row).FirstWithTablesAsync(db, cancellationToken) is not { Inventory: not null } previous)
            return;
        var since = Between(previous, kept);
        row.Tell(ChangeSentence.Of(since));
        await db.SaveChangesAsync(cancellationToken);
        var baseline = await BaselineAsync(db, row, previous, cancellationToken);
        var changes = ReferenceEquals(baseline, previous) ? since : Between(baseline, kept);
        await WarnAsync(db, row, baseline, changes, cancellationToken);
    }

    /// <summary>
    /// Of an archive that could not be read: there is nothing to compare. Whoever silences it has the same damage silenced for the same
    /// part until one is read again.
    /// </summary>
    public static async Task WarnAsync(this AppDbContext db, KeptInventory row, FoundWarning found, CancellationToken cancellationToken)
    {
        var before = await db.Before(row).Select(i => (Guid?)i.ArtifactId).FirstOrDefaultAsync(cancellationToken);
        var warning = ContentWarning.Create(found, row.ArtifactId, row.JobId, row.DataSourceId, before ?? row.DataSourceId);
        var part = db.Set<KeptInventory>().OfPart(row);
        var decided = await db.Set<ContentWarning>().AsNoTracking()
            .Where(w => w.BaselineId == warning.BaselineId && w.Rule == found.Rule && w.SilencedAt != null)
            .Where(w => part.Any(i => i.ArtifactId == w.ArtifactId))
            .ToListAsync(cancellationToken);
        if (decided.Find(warning.IsRepeatOf) is { SilencedAt: { } at } silenced)
            warning.Silence(at, silenced.SilencedBy, silenced.SilencedWhy);
        db.Add(warning);
        await db.SaveChangesAsync(cancellationToken);
    }

    private static ContentChanges Between(KeptContents earlier, KeptTables kept) =>
        ContentChanges.Between(earlier.Inventory!, kept.Inventory, earlier.Row.OtherTables == 0, kept.OtherTables == 0);

    private static async Task WarnAsync(
        AppDbContext db, KeptInventory row, KeptContents baseline, ContentChanges changes, CancellationToken cancellationToken)
    {
        var rules = await db.Set<WarningRules>().AsNoTracking()
            .SingleOrDefaultAsync(r => r.DataSourceId == row.DataSourceId, cancellationToken);
        var found = FoundWarnings.Of(rules ?? WarningRules.Default, changes);
        if (found.Count == 0)
            return;
        var decided = await db.Set<ContentWarning>().AsNoTracking()
            .Where(w => w.BaselineId == baseline.Row.ArtifactId && w.SilencedAt != null)
            .ToListAsync(cancellationToken);
        var (artifact, job, source) = (row.ArtifactId, row.JobId, row.DataSourceId);
        foreach (var warning in found.Select(f => ContentWarning.Create(f, artifact, job, source, baseline.Row.ArtifactId)))
        {
            if (decided.Find(warning.IsRepeatOf) is { SilencedAt: { } at } silenced)
                warning.Silence(at, silenced.SilencedBy, silenced.SilencedWhy);
            db.Add(warning);
        }

        await db.SaveChangesAsync(cancellationToken);
    }

    // Not simply the run before: what was lost stays lost in the runs after it, until somebody has looked.
    private static async Task<KeptContents> BaselineAsync(
        AppDbContext db, KeptInventory row, KeptContents previous, CancellationToken cancellationToken)
    {
        var open = db.Set<ContentWarning>().Where(w => w.SilencedAt == null);
        // Mostly the same: its tables are not read again.
        if (!await open.AnyAsync(w => w.ArtifactId == previous.Row.ArtifactId, cancellationToken))
            return previous;
        var before = db.Before(row).Where(i => !open.Any(w => w.ArtifactId == i.ArtifactId));
        return await before.FirstWithTablesAsync(db, cancellationToken) ?? previous;
    }

    /// <summary>Earlier inventories of the same part whose tables are kept, the newest first.</summary>
    public static IQueryable<KeptInventory> Before(this AppDbContext db, KeptInventory row) => db.Set<KeptInventory>().AsNoTracking()
        .OfPart(row)
        .Where(i => i.TakenAt < row.TakenAt && i.Figures != null)
        .OrderByDescending(i => i.TakenAt);
}
