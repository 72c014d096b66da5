using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Destinations.S3;
using BackupApp.Pages.Ui;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.Destinations;

public sealed class EditModel(AppDbContext db, DestinationEditor editor) : FormModel
{
    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    /// <summary>The row as this person saw it.</summary>
    [BindProperty]
    public uint Version { get; set; }

    public string CurrentName { get; private set; } = "";

    public override bool IsNew => false;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        var destination = await FindAsync(cancellationToken);
        if (destination is null)
            return NotFound();
        (Input, Version, CurrentName) = (S3DestinationInput.From(destination), destination.Version, destination.Name);
        return Page();
    }

    public Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) => SaveInputAsync(
        async () =>
        {
            await editor.UpdateAsync(Id, Version, Input, cancellationToken);
            TempData.Success("Saved. The destination passed its test.");
            return RedirectToPage("Index");
        },
        async () => CurrentName = (await FindAsync(cancellationToken))?.Name ?? "");

    private Task<StorageDestination?> FindAsync(CancellationToken cancellationToken) =>
        db.Set<StorageDestination>().AsNoTracking().SingleOrDefaultAsync(d => d.Id == Id && !d.IsManaged, cancellationToken);
}
