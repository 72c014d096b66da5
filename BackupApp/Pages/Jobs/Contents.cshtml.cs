using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Errors;
using BackupApp.Inventories.Queries;
using BackupApp.Pages.Contents;
using BackupApp.Pages.Ui;
using BackupApp.Restores;
using BackupApp.Stored;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.Jobs;

public sealed class ContentsModel(AppDbContext db, JobContents contents, JobChanges changes, SilenceWarning silence)
    : ContentsPageModel(db, contents, changes)
{
    public string SourceName { get; private set; } = "";

    public async Task<IActionResult> OnGetAsync(string? after, CancellationToken cancellationToken)
    {
        if (!await FindAsync(cancellationToken))
            return NotFound();
        await ReadAsync(Id, after, cancellationToken);
        CanRestore = await RestorePlans.Restorable(Db.Set<BackupJob>()).AnyAsync(j => j.Id == Id, cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnGetCsvAsync(CancellationToken cancellationToken) =>
        await FindAsync(cancellationToken) ? await CsvAsync(Id, ObjectNames.Slug(SourceName), cancellationToken) : NotFound();

    public Task<IActionResult> OnPostSilenceAsync(Guid? warningId, string? why, CancellationToken cancellationToken) => ActAsync(
        async () =>
        {
            try
            {
                await silence.RunAsync(Id, warningId, why, cancellationToken);
                TempData.Success("Noted. Later backups are compared with this one.");
            }
            catch (InvalidInputException e)
            {
                TempData.Error(e.Problems.Values.First());
            }

            return Back();
        },
        Back);

    private async Task<bool> FindAsync(CancellationToken cancellationToken)
    {
        var job = await Db.Set<BackupJob>().Where(j => j.Id == Id).Select(j => new { j.DataSourceName, j.DataSourceId })
            .SingleOrDefaultAsync(cancellationToken);
        (SourceName, DataSourceId) = (job?.DataSourceName ?? "", job?.DataSourceId ?? Guid.Empty);
        return job is not null;
    }

    private RedirectToPageResult Back() => RedirectToPage("/Jobs/Details", new { Id });
}
