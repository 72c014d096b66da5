using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.Destinations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.Destinations;

public sealed class IndexModel(AppDbContext db, DestinationAttempts attempts, CurrentActor actor, ObjectStores stores) : FeaturePage
{
    public IReadOnlyList<StorageDestination> Rows { get; private set; } = [];

    public string Place(StorageDestination destination) => destination.Kind == DestinationKind.Folder
        ? stores.ManagedFolder
        : $"{destination.Endpoint ?? "AWS"} · {destination.Bucket}{(destination.Prefix.Length > 0 ? "/" + destination.Prefix : "")}";

    public async Task OnGetAsync(CancellationToken cancellationToken) =>
        Rows = await db.Set<StorageDestination>()
            .AsNoTracking()
            .OrderByDescending(d => d.IsManaged)
            .ThenBy(d => d.Name)
            .ToListAsync(cancellationToken);

    public Task<IActionResult> OnPostTestAsync(Guid id, CancellationToken cancellationToken) => ActAsync(
        async () => RedirectToPage("Progress", new { id = await attempts.TestAsync(id, actor.Value, cancellationToken) }),
        () => RedirectToPage());
}
