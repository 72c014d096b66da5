using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Inventories.Changes;
using BackupApp.Inventories.Queries;
using BackupApp.Pages.Contents;
using BackupApp.Pages.Ui;
using BackupApp.Policies;
using BackupApp.Protection;
using BackupApp.Restores;
using BackupApp.Stored;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.DataSources;

public sealed class ContentsModel(
    AppDbContext db,
    JobContents contents,
    JobChanges changes,
    SetWarningRules rules,
    PolicyAttachments attachments,
    ProtectionReader protection)
    : ContentsPageModel(db, contents, changes)
{
    public SourceHead Head { get; private set; } = null!;

    public string SourceName => Head.Source.Name;

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
        if (await SourceHead.ReadAsync(Db, protection, attachments, Id, SourceSection.Contents, cancellationToken) is not { } head)
            return false;
        (Head, DataSourceId) = (head, Id);
        if (await Db.NewestRead(Id).ToListAsync(cancellationToken) is [var newest])
        {
            await ReadAsync(newest, after, cancellationToken);
            CanRestore = await RestorePlans.Restorable(Db.Set<BackupJob>()).AnyAsync(j => j.Id == newest, cancellationToken);
        }

        return true;
    }
}
