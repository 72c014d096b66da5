using BackupApp.Data;
using BackupApp.Policies;
using BackupApp.Protection;
using BackupApp.Restores;
using BackupApp.Runs;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace BackupApp.Pages.DataSources;

/// <summary>What was restored of a data source, by people.</summary>
public sealed class RestoresModel(
    AppDbContext db, RestoreHistory history, PolicyAttachments attachments, ProtectionReader protection) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    public SourceHead Head { get; private set; } = null!;

    public RunPage<RestoreRow> Restores { get; private set; } = new([], null, null);

    public async Task<IActionResult> OnGetAsync(string? after, string? before, CancellationToken cancellationToken)
    {
        if (await SourceHead.ReadAsync(db, protection, attachments, Id, SourceSection.Restores, cancellationToken) is not { } head)
            return NotFound();
        Head = head;
        Restores = await history.PageAsync(
            Id,
            RestoreTrigger.Manual,
            KeysetCursor.Parse(after),
            KeysetCursor.Parse(before),
            RestoreHistory.PageSize,
            cancellationToken);
        return Page();
    }
}
