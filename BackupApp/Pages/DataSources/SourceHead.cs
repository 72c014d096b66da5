using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Inventories.Kept;
using BackupApp.Pages.Policies;
using BackupApp.Policies;
using BackupApp.Protection;
using BackupApp.Restores;
using BackupApp.Stored;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.DataSources;

/// <summary>The pages of a data source, in the order of their links.</summary>
public enum SourceSection
{
    Backups,
    Contents,
    Restores,
    Settings,
}

/// <summary>What stands above each page of a data source: its state, what runs, what to do, and the way to its other pages.</summary>
/// <param name="State">Null only for one that was deleted in this moment.</param>
/// <param name="Tables">In the newest backup whose contents were read.</param>
/// <param name="Restores">That people asked for.</param>
public sealed record SourceHead(
    DataSource Source,
    SourceSection Section,
    ProtectedSource? State,
    AttachmentList Attachments,
    StorageUse Stored,
    int Tables,
    int Restores,
    IReadOnlyList<SelectListItem> Destinations)
{
    /// <summary>A backup can be asked for.</summary>
    public bool CanRun => Source is { IsActive: true, HasCredentials: true };

    /// <summary>What <em>Run now</em> goes by; null where no policy is switched on, and it goes to the server's own storage.</summary>
    public AttachedPolicy? Default => Attachments.Attached.FirstOrDefault(a => a.IsDefault);

    /// <summary>As a link shows it; null for nothing to count.</summary>
    public string? CountOf(SourceSection section) => section switch
    {
        SourceSection.Backups => Number(Stored.Count),
        SourceSection.Contents => Number(Tables),
        SourceSection.Restores => Number(Restores),
        _ => null,
    };

    /// <summary>Null where there is no such source (any more).</summary>
    public static async Task<SourceHead?> ReadAsync(
        AppDbContext db,
        ProtectionReader protection,
        PolicyAttachments attachments,
        Guid id,
        SourceSection section,
        CancellationToken cancellationToken)
    {
        var source = await db.Set<DataSource>().AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, cancellationToken);
        if (source is null)
            return null;
        return new(
            source,
            section,
            (await protection.OfAsync([id], cancellationToken)).GetValueOrDefault(id),
            await AttachmentList.LoadAsync(attachments, id, source.IsActive, cancellationToken),
            await StorageUse.OfAsync(db, id, cancellationToken),
            await TablesAsync(db, id, cancellationToken),
            await db.Set<RestoreJob>().CountAsync(r => r.DataSourceId == id && r.Trigger == RestoreTrigger.Manual, cancellationToken),
            await db.Set<StorageDestination>()
                .OrderByDescending(d => d.IsManaged).ThenBy(d => d.Name)
                .Select(d => new SelectListItem(d.Name, d.Id.ToString()))
                .ToListAsync(cancellationToken));
    }

    private static Task<int> TablesAsync(AppDbContext db, Guid id, CancellationToken cancellationToken)
    {
        var newest = db.NewestRead(id);
        return db.Set<KeptInventory>().Where(i => newest.Contains(i.JobId)).SumAsync(i => i.Tables, cancellationToken);
    }

    private static string? Number(int count) =>
        count == 0 ? null : count.ToString("N0", System.Globalization.CultureInfo.InvariantCulture);
}
