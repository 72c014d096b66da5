using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Inventories.Changes;
using BackupApp.Inventories.Queries;
using BackupApp.Pages.Contents;
using BackupApp.Pages.Ui;
using BackupApp.Restores;
using BackupApp.Stored;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.DataSources;

public sealed class ContentsModel(AppDbContext db, JobContents contents, JobChanges changes, SetWarningRules rules)
    : ContentsPageModel(contents, changes)
{
    public string SourceName { get; private set; } = "";

    public DateTimeOffset? TakenAt => Parts.Count > 0 ? Parts[0].TakenAt : null;

    [BindProperty]
    public WarningRules Input { get; set; } = new();

    public async Task<IActionResult> OnGetAsync(string? after, CancellationToken cancellationToken)
    {
        if (!await FindAsync(after, cancellationToken))
            return NotFound();
        Input = await rules.ReadAsync(Id, cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnGetCsvAsync(CancellationToken cancellationToken) =>
        await FindAsync(null, cancellationToken) ? await CsvAsync(JobId, ObjectNames.Slug(SourceName), cancellationToken) : NotFound();

    public Task<IActionResult> OnPostRulesAsync(CancellationToken cancellationToken) => SaveInputAsync(
        async () =>
        {
            await rules.RunAsync(Id, Input, cancellationToken);
            TempData.Success("Saved. The next backup is judged by it.");
            return RedirectToPage(new { Id });
        },
        () => FindAsync(null, cancellationToken));

    private async Task<bool> FindAsync(string? after, CancellationToken cancellationToken)
    {
        var name = await db.Set<DataSource>().Where(s => s.Id == Id).Select(s => s.Name).SingleOrDefaultAsync(cancellationToken);
        if (name is null)
            return false;
        (SourceName, DataSourceId) = (name, Id);
        if (await Contents.NewestJobAsync(Id, cancellationToken) is { } newest)
        {
            await ReadAsync(newest, after, cancellationToken);
            CanRestore = await RestorePlans.Restorable(db.Set<BackupJob>()).AnyAsync(j => j.Id == newest, cancellationToken);
        }

        return true;
    }
}
