using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Pages.Ui;
using BackupApp.Policies;
using BackupApp.Stored;
using BackupApp.Stored.Scan;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.Destinations;

public sealed class DetailsModel(
    AppDbContext db, DestinationScanner unknown, DeleteDestination delete, ObjectStores stores, TimeProvider time)
    : FeaturePage
{
    private const int MostLost = 50;

    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    public StorageDestination Destination { get; private set; } = null!;

    public StorageUse Stored { get; private set; } = null!;

    public DestinationScan? Look { get; private set; }

    public IReadOnlyList<(Guid Id, string Name)> Policies { get; private set; } = [];

    /// <summary>Backups whose objects are gone or not what was stored, the newest first; at most <see cref="MostLost"/>.</summary>
    public IReadOnlyList<(Guid Id, string Source, DateTimeOffset At)> Lost { get; private set; } = [];

    public int LostCount { get; private set; }

    public bool IsLooking => Look?.IsRunning(time.GetUtcNow()) == true;

    /// <summary>Where backups are stored, with these, which are forgotten.</summary>
    public bool CanBeDeleted => !Destination.IsManaged && Policies.Count == 0 && Stored.Active == 0;

    public string Place =>
        Destination.Kind == DestinationKind.Folder
            ? stores.ManagedFolder
            : $"{Destination.Bucket}{(Destination.Prefix.Length > 0 ? "/" + Destination.Prefix : "")}";

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
            return await HistoryOfDeletedAsync(cancellationToken);
        Stored = await StorageUse.AtAsync(db, Id, cancellationToken);
        var policies = await db.Set<BackupPolicy>()
            .Where(p => p.DestinationId == Id)
            .OrderBy(p => p.NameKey)
            .Select(p => new { p.Id, p.Name })
            .ToListAsync(cancellationToken);
        Policies = policies.ConvertAll(p => (p.Id, p.Name));
        await LoadLostAsync(cancellationToken);
        return Page();
    }

    /// <summary>The report alone, while a look goes on.</summary>
    public async Task<IActionResult> OnGetLookAsync(CancellationToken cancellationToken) =>
        await LoadAsync(cancellationToken) ? Partial("_Unknown", this) : NotFound();

    public Task<IActionResult> OnPostLookAsync(CancellationToken cancellationToken) => ActAsync(
        async () =>
        {
            await unknown.RequestAsync(Id, cancellationToken);
            return Back();
        },
        Back);

    /// <param name="forget">How many stored backups the page spoke of.</param>
    public Task<IActionResult> OnPostDeleteAsync(int forget, CancellationToken cancellationToken) => ActAsync(
        async () =>
        {
            await delete.RunAsync(Id, forget, cancellationToken);
            TempData.Success("The destination and its keys are deleted. Nothing in the bucket was touched.");
            return RedirectToPage("Index", new { id = (Guid?)null });
        },
        Back);

    private async Task<bool> LoadAsync(CancellationToken cancellationToken)
    {
        var destination = await db.Set<StorageDestination>().AsNoTracking().SingleOrDefaultAsync(d => d.Id == Id, cancellationToken);
        if (destination is null)
            return false;
        Destination = destination;
        Look = await db.Set<DestinationScan>().AsNoTracking().SingleOrDefaultAsync(l => l.DestinationId == Id, cancellationToken);
        return true;
    }

    private async Task LoadLostAsync(CancellationToken cancellationToken)
    {
        var damaged = db.Set<BackupArtifact>().Where(a => a.DamagedAt != null && a.Copy.DestinationId == Id).Select(a => a.JobId);
        var jobs = db.Set<BackupJob>().AsNoTracking().Where(j => damaged.Contains(j.Id) && j.DeletionMarkedAt == null);
        LostCount = await jobs.CountAsync(cancellationToken);
        var newest = await jobs.OrderByDescending(j => j.CreatedAt).Take(MostLost)
            .Select(j => new { j.Id, j.DataSourceName, j.CreatedAt }).ToListAsync(cancellationToken);
        Lost = newest.ConvertAll(j => (j.Id, j.DataSourceName, j.CreatedAt));
    }

    private async Task<IActionResult> HistoryOfDeletedAsync(CancellationToken cancellationToken) =>
        await db.Set<StorageDestination>().IgnoreQueryFilters().AnyAsync(d => d.Id == Id, cancellationToken)
            ? RedirectToPage("/Jobs/Index", new { destination = Id, id = (Guid?)null })
            : NotFound();

    private RedirectToPageResult Back() => RedirectToPage(new { Id });
}
