using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Pages.Ui;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.Destinations;

/// <summary>How a destination's test goes, and then on to what came of it.</summary>
public sealed class ProgressModel(AppDbContext db, TimeProvider time) : FeaturePage
{
    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    public DestinationAttempt Attempt { get; private set; } = null!;

    public bool IsRunning => Attempt.IsRunning(time.GetUtcNow());

    public TimeSpan Elapsed => time.GetUtcNow() - Attempt.StartedAt;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
            return NotFound();
        if (IsRunning)
            return Page();
        if (Attempt.Ok)
        {
            TempData.Success(Attempt.Message!);
            return RedirectToPage("Index", new { id = (Guid?)null });
        }
        if (Attempt is { Saved: true, DestinationId: { } saved })
        {
            TempData.Error(SavedBut.Of(Attempt.Message ?? ""));
            return RedirectToPage("Details", new { id = saved });
        }

        // The form says what is wrong, with what was entered; a test of what is there has none.
        if (Attempt.Input is not null)
            return Attempt.DestinationId is { } edited
                ? RedirectToPage("Edit", new { id = edited, attempt = Id })
                : RedirectToPage("Create", new { id = (Guid?)null, attempt = Id });
        TempData.Error(Attempt.Message ?? Interrupted);
        return RedirectToPage("Index", new { id = (Guid?)null });
    }

    /// <summary>The report alone, while the test goes on.</summary>
    public async Task<IActionResult> OnGetLiveAsync(CancellationToken cancellationToken) =>
        await LoadAsync(cancellationToken) ? Partial("_Progress", this) : NotFound();

    internal const string Interrupted = "The test did not end: its server was stopped. Try again.";

    private async Task<bool> LoadAsync(CancellationToken cancellationToken)
    {
        var attempt = await db.Set<DestinationAttempt>().AsNoTracking().SingleOrDefaultAsync(a => a.Id == Id, cancellationToken);
        if (attempt is null)
            return false;
        Attempt = attempt;
        return true;
    }
}
