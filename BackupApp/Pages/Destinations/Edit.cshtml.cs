using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Destinations.S3;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.Destinations;

public sealed class EditModel(AppDbContext db, DestinationAttempts attempts, CurrentActor actor) : FormModel
{
    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    /// <summary>The row as this person saw it.</summary>
    [BindProperty]
    public uint Version { get; set; }

    public string CurrentName { get; private set; } = "";

    public override bool IsNew => false;

    /// <param name="attempt">One that failed: its input comes back, with what was wrong.</param>
    public async Task<IActionResult> OnGetAsync(Guid? attempt, CancellationToken cancellationToken)
    {
        var destination = await FindAsync(cancellationToken);
        if (destination is null)
            return NotFound();
        Input = S3DestinationInput.From(destination);
        Version = destination.Version;
        CurrentName = destination.Name;
        if (await RestoreAsync(db, attempt, Id, cancellationToken) is { EditedVersion: { } version })
            Version = (uint)version;
        return Page();
    }

    public Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) => SaveInputAsync(
        async () =>
        {
            var attempt = await attempts.UpdateAsync(Id, Version, Input, actor.Value, cancellationToken);
            return RedirectToPage("Progress", new { id = attempt });
        },
        async () => CurrentName = (await FindAsync(cancellationToken))?.Name ?? "");

    private Task<StorageDestination?> FindAsync(CancellationToken cancellationToken) =>
        db.Set<StorageDestination>().AsNoTracking().SingleOrDefaultAsync(d => d.Id == Id && !d.IsManaged, cancellationToken);
}
