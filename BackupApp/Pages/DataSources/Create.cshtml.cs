using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Engines;
using BackupApp.Errors;
using BackupApp.Pages.Ui;
using BackupApp.Policies;
using BackupApp.Protection.Uncovered;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.DataSources;

public sealed class CreateModel(
    AppDbContext db, DataSourceEditor editor, EngineCatalog engines, UncoveredDatabases uncovered, PolicyAttachments attachments)
    : FormModel
{
    public override bool IsNew => true;

    /// <summary>A source to make another one of: everything is filled in but its secrets.</summary>
    [BindProperty(Name = "like", SupportsGet = true)]
    public Guid? Original { get; set; }

    /// <summary>The copy gets the original's policies, too.</summary>
    [BindProperty]
    public bool WithPolicies { get; set; } = true;

    /// <summary>Of the original, those that are at work.</summary>
    public IReadOnlyList<AttachedPolicy> Policies { get; private set; } = [];

    /// <summary>What of a duplicate has no field of its own: by the names and values of hidden ones.</summary>
    public IEnumerable<(string Name, string? Value)> Unseen =>
    [
        .. (Input.Parameters ?? []).Select(p => ($"Input.Parameters[{p.Key}]", (string?)p.Value)),
        ("Input.ChannelBinding", $"{Input.ChannelBinding}"),
        ("Input.TlsNegotiation", $"{Input.TlsNegotiation}"),
    ];

    /// <param name="found">A database that nobody backs up: all that is known of it is filled in.</param>
    public Task<IActionResult> OnGetAsync([FromQuery(Name = "uncovered")] Guid? found, CancellationToken cancellationToken) => SaveAsync(
        async () =>
        {
            if (found is { } id)
                Input = await uncovered.DraftAsync(id, cancellationToken);
            else if (Original is { } original)
                Input = await LikeAsync(original, cancellationToken);
            await ReadPoliciesAsync(cancellationToken);
            return Page();
        });

    private async Task<DataSourceInput> LikeAsync(Guid id, CancellationToken cancellationToken)
    {
        var source = await db.Set<DataSource>().AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, cancellationToken)
            ?? throw new NotFoundException("data source");
        return DataSourceInput.Like(source, engines);
    }

    public Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) => SaveAsync(
        () => CreateAsync(cancellationToken), () => ReadPoliciesAsync(cancellationToken));

    private async Task<IActionResult> CreateAsync(CancellationToken cancellationToken)
    {
        await ReadPoliciesAsync(cancellationToken);
        // A copy without the schedule that was promised with it nobody would notice.
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var source = await editor.CreateAsync(Input, cancellationToken);
        foreach (var attached in WithPolicies ? Policies : [])
            await attachments.AttachAsync(source.Id, attached.Policy.Id, enabled: true, attached.Attachment.Priority, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        if (source.LastTest is { Code: ConnectionTestCode.Ok })
            TempData.Success($"{source.Name} is added and its connection works. Encryption: {DataSourceText.OfTls(source)}.");
        else if (source.LastTest is { } failed)
            TempData.Error(SavedBut.Of(failed));
        return RedirectToPage("Details", new { id = source.Id });
    }

    private async Task ReadPoliciesAsync(CancellationToken cancellationToken)
    {
        if (Original is { } original)
            Policies = [.. (await attachments.OfSourceAsync(original, cancellationToken)).Where(a => a.Attachment.IsEnabled)];
    }
}
