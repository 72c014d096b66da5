using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Pages.Ui;
using BackupApp.Policies;
using BackupApp.Stored;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.DataSources;

/// <summary>
/// Asks before a data source goes, and has its name typed: of the things that can be deleted it is
/// the one that nobody can bring back by running it again.
/// </summary>
public sealed class DeleteModel(AppDbContext db, DeleteDataSource delete) : FeaturePage
{
    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    [BindProperty]
    public Confirmation Input { get; set; } = new();

    public DataSource Source { get; private set; } = null!;

    public StorageUse Kept { get; private set; } = null!;

    public IReadOnlyList<string> Policies { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) =>
        await LoadAsync(cancellationToken) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
            return NotFound();
        if (Input.Name?.Trim() == Source.Name)
            return await SaveAsync(() => DeleteAsync(cancellationToken));
        ModelState.AddModelError("Input.Name", $"Type the name of the data source exactly: {Source.Name}");
        return Page();
    }

    private async Task<IActionResult> DeleteAsync(CancellationToken cancellationToken)
    {
        await delete.RunAsync(Id, cancellationToken);
        var kept = Kept.Count > 0 ? " Its backups are kept until somebody deletes them; they are in the history." : "";
        TempData.Success($"{Source.Name} is deleted.{kept}");
        return RedirectToPage("Index", new { id = (Guid?)null });
    }

    private async Task<bool> LoadAsync(CancellationToken cancellationToken)
    {
        var source = await db.Set<DataSource>().AsNoTracking().SingleOrDefaultAsync(s => s.Id == Id, cancellationToken);
        if (source is null)
            return false;
        Source = source;
        Kept = await StorageUse.OfAsync(db, Id, cancellationToken);
        Policies = await db.Set<PolicyAttachment>().Where(a => a.DataSourceId == Id)
            .Join(db.Set<BackupPolicy>(), a => a.PolicyId, p => p.Id, (a, p) => p.Name).Order().ToListAsync(cancellationToken);
        return true;
    }

    public sealed class Confirmation
    {
        public string? Name { get; set; }
    }
}
