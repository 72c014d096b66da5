using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.Destinations;
using Microsoft.AspNetCore.Mvc;

namespace BackupApp.Pages.Destinations;

public sealed class CreateModel(AppDbContext db, DestinationAttempts attempts, CurrentActor actor) : FormModel
{
    public override bool IsNew => true;

    /// <param name="attempt">One that failed: its input comes back, with what was wrong.</param>
    public Task OnGetAsync(Guid? attempt, CancellationToken cancellationToken) => RestoreAsync(db, attempt, null, cancellationToken);

    public Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) => SaveInputAsync(async () =>
    {
        var attempt = await attempts.CreateAsync(Input, actor.Value, cancellationToken);
        return RedirectToPage("Progress", new { id = attempt });
    });
}
