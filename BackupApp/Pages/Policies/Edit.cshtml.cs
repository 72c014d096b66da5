using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Pages.Ui;
using BackupApp.Pings;
using BackupApp.Policies;
using BackupApp.Protection;
using BackupApp.Retention;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.Policies;

public sealed class EditModel(
    AppDbContext db, PolicyEditor editor, PromiseChanges promises, RetentionPreview preview, PingTargets pings, TimeProvider time)
    : FormModel(db, time)
{
    private readonly AppDbContext _db = db;

    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    /// <summary>The row as this person saw it.</summary>
    [BindProperty]
    public uint Version { get; set; }

    /// <summary>The rule whose deletions this person has seen and wants, as <see cref="ExpiryToken"/>.</summary>
    [BindProperty]
    public string? ConfirmedExpiry { get; set; }

    public string CurrentName { get; private set; } = "";

    private ExpiryPreview _expiry = ExpiryPreview.Nothing;

    public override Guid? PolicyId => Id;

    public override ExpiryPreview Expiry => _expiry;

    /// <summary>Whether the button that saves also deletes: asked for before anything goes.</summary>
    public bool AsksForExpiry { get; private set; }

    public string ExpiryToken => $"{Input.KeepDays}/{Input.KeepLast}";

    public IReadOnlyList<AttachedSource> Sources { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        var policy = await FindAsync(cancellationToken);
        if (policy is null)
            return NotFound();
        (Input, Version) = (PolicyInput.From(policy), policy.Version);
        await LoadAsync(cancellationToken);
        Input.Ping.Style = Ping?.Style;
        return Page();
    }

    public Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) => SaveInputAsync(
        async () =>
        {
            if (ConfirmedExpiry != ExpiryToken
                && Retention is { } rule
                && (await preview.ReadAsync(Id, rule, cancellationToken)).Backups > 0)
            {
                AsksForExpiry = true;
                await LoadAsync(cancellationToken);
                return Page();
            }

            var looser = await promises.WatchPolicyAsync(
                Id, () => editor.UpdateAsync(Id, Version, Input, cancellationToken), cancellationToken);
            if (looser.Count > 0)
                TempData.Error($"The policy is saved. {string.Join(' ', looser)}");
            else
                TempData.Success($"{Input.Name?.Trim()} is saved.");
            return RedirectToPage("Index");
        },
        cancellationToken);

    public Task<IActionResult> OnPostDeleteAsync(CancellationToken cancellationToken) => ActAsync(
        async () =>
        {
            await editor.DeleteAsync(Id, cancellationToken);
            TempData.Success("The policy is deleted.");
            return RedirectToPage("Index");
        },
        () => RedirectToPage(new { Id }));

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        await base.LoadAsync(cancellationToken);
        CurrentName = (await FindAsync(cancellationToken))?.Name ?? "";
        Ping = await pings.FindAsync(Id, cancellationToken);
        if (Retention is { } rule)
            _expiry = await preview.ReadAsync(Id, rule, cancellationToken);
        Sources = await (
            from attachment in _db.Set<PolicyAttachment>()
            join source in _db.Set<DataSource>() on attachment.DataSourceId equals source.Id
            where attachment.PolicyId == Id
            orderby source.Name
            select new AttachedSource(source.Id, source.Name, attachment.IsEnabled && source.IsActive)).ToListAsync(cancellationToken);
    }

    private Task<BackupPolicy?> FindAsync(CancellationToken cancellationToken) =>
        _db.Set<BackupPolicy>().AsNoTracking().SingleOrDefaultAsync(p => p.Id == Id, cancellationToken);

    public sealed record AttachedSource(Guid Id, string Name, bool Runs);
}
