using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Pages.Ui;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.Destinations;

public sealed class IndexModel(AppDbContext db, DestinationEditor editor, ObjectStores stores) : FeaturePage
{
    public IReadOnlyList<StorageDestination> Rows { get; private set; } = [];

    public string Place(StorageDestination destination) => destination.Kind == DestinationKind.Folder
        ? stores.ManagedFolder
        : $"{destination.Endpoint ?? "AWS"} · {destination.Bucket}{(destination.Prefix.Length > 0 ? "/" + destination.Prefix : "")}";

    public async Task OnGetAsync(CancellationToken cancellationToken) =>
        Rows = await db.Set<StorageDestination>().AsNoTracking().OrderByDescending(d => d.IsManaged).ThenBy(d => d.Name).ToListAsync(cancellationToken);

    public Task<IActionResult> OnPostTestAsync(Guid id, CancellationToken cancellationToken) => ActAsync(
        async () =>
        {
            var test = await editor.TestAsync(id, cancellationToken);
            if (test.Ok)
                TempData.Success(test.Message);
            else
                TempData.Error($"{test.Message} {test.Advice}".TrimEnd());
            return RedirectToPage();
        },
        () => RedirectToPage());
}
