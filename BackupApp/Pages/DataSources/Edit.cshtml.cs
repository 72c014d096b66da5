using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Engines;
using BackupApp.Pages.Ui;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.DataSources;

public sealed class EditModel(AppDbContext db, DataSourceEditor editor, EngineCatalog engines) : FormModel
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
        var source = await FindAsync(cancellationToken);
        if (source is null)
            return NotFound();
        Input = DataSourceInput.From(source, engines);
        Version = source.Version;
        Show(source);
        return Page();
    }

    public Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) => SaveAsync(
        async () =>
        {
            var source = await editor.UpdateAsync(Id, Version, Input, cancellationToken);
            if (source.LastTest is { Code: ConnectionTestCode.Ok })
                TempData.Success("Saved. The connection works.");
            else if (source.LastTest is { } failed)
                TempData.Error(SavedBut.Of(failed));
            return RedirectToPage("Details", new { id = Id });
        },
        async () => Show(await FindAsync(cancellationToken)));

    private void Show(DataSource? source)
    {
        (CurrentName, ReplicaSet) = (source?.Name ?? "", source?.LastTest?.ReplicaSet);
        Input.Engine = source?.Engine ?? Input.Engine; // It decides which fields there are, and cannot be changed.
    }

    private Task<DataSource?> FindAsync(CancellationToken cancellationToken) =>
        db.Set<DataSource>().AsNoTracking().SingleOrDefaultAsync(s => s.Id == Id, cancellationToken);
}
