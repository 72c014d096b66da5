using BackupApp.Data;
using BackupApp.Restores;
using BackupApp.Runs;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace BackupApp.Pages.Restores;

/// <summary>All restores that people asked for, or those of one data source.</summary>
public sealed class IndexModel(RestoreHistory history) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public Guid? Source { get; set; }

    public RunPage<RestoreRow> Restores { get; private set; } = new([], null, null);

    public async Task OnGetAsync(string? after, string? before, CancellationToken cancellationToken) => Restores = await history.PageAsync(
        Source, RestoreTrigger.Manual, KeysetCursor.Parse(after), KeysetCursor.Parse(before), RestoreHistory.PageSize, cancellationToken);
}
