using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Pages.Ui;
using BackupApp.Policies;
using Microsoft.AspNetCore.Mvc;

namespace BackupApp.Pages.Policies;

public sealed class CreateModel(AppDbContext db, PolicyEditor editor, TimeProvider time) : FormModel(db, time)
{
    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Input.DestinationId = StorageDestination.ManagedId;
        await LoadAsync(cancellationToken);
    }

    public Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) => SaveInputAsync(
        async () =>
        {
            var policy = await editor.CreateAsync(Input, cancellationToken);
            TempData.Success($"{policy.Name} is added. Attach it on the page of a data source.");
            return RedirectToPage("Index");
        },
        cancellationToken);
}
