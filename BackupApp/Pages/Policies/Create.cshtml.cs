using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Pages.Ui;
using BackupApp.Policies;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.Policies;

public sealed class CreateModel(AppDbContext db, PolicyEditor editor, PolicyAttachments attachments, TimeProvider time)
    : FormModel(db, time)
{
    private readonly AppDbContext _db = db;

    /// <summary>The data source that somebody came from: the policy is attached to it; null where there is none.</summary>
    [BindProperty(SupportsGet = true)]
    public Guid? Source { get; set; }

    /// <summary>Of <see cref="Source"/>; null where that is gone.</summary>
    public string? SourceName { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Input.DestinationId = StorageDestination.ManagedId;
        await LoadAsync(cancellationToken);
    }

    public Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) => SaveInputAsync(
        () => Source is { } source ? AttachedAsync(source, cancellationToken) : AddedAsync(cancellationToken), cancellationToken);

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        await base.LoadAsync(cancellationToken);
        SourceName = await _db.Set<DataSource>().Where(s => s.Id == Source).Select(s => s.Name).SingleOrDefaultAsync(cancellationToken);
    }

    private async Task<IActionResult> AddedAsync(CancellationToken cancellationToken)
    {
        var policy = await editor.CreateAsync(Input, cancellationToken);
        TempData.Success($"{policy.Name} is added. Attach it on the page of a data source.");
        return RedirectToPage("Index", new { source = (Guid?)null });
    }

    // Either both or nothing: a policy that hangs nowhere runs nowhere.
    private async Task<IActionResult> AttachedAsync(Guid source, CancellationToken cancellationToken)
    {
        await using var transaction = await _db.Database.BeginTransactionAsync(cancellationToken);
        var policy = await editor.CreateAsync(Input, cancellationToken);
        await attachments.AttachAsync(source, policy.Id, enabled: true, priority: 0, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        TempData.Success($"{policy.Name} is added and attached.");
        return RedirectToPage("/DataSources/Details", new { id = source, source = (Guid?)null });
    }
}
