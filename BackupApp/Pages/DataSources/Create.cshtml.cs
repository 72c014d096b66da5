using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Engines;
using BackupApp.Errors;
using BackupApp.Pages.Ui;
using BackupApp.Protection.Uncovered;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.DataSources;

public sealed class CreateModel(AppDbContext db, DataSourceEditor editor, EngineCatalog engines, UncoveredDatabases uncovered)
    : FormModel
{
    public override bool IsNew => true;

    /// <summary>What of a duplicate has no field of its own: by the names and values of hidden ones.</summary>
    public IEnumerable<(string Name, string? Value)> Unseen =>
    [
        .. (Input.Parameters ?? []).Select(p => ($"Input.Parameters[{p.Key}]", (string?)p.Value)),
        ("Input.ChannelBinding", $"{Input.ChannelBinding}"),
        ("Input.TlsNegotiation", $"{Input.TlsNegotiation}"),
    ];

    /// <param name="found">A database that nobody backs up: all that is known of it is filled in.</param>
    /// <param name="like">A source to make another one of: everything is filled in but its secrets.</param>
    public Task<IActionResult> OnGetAsync(
        [FromQuery(Name = "uncovered")] Guid? found, Guid? like, CancellationToken cancellationToken) => SaveAsync(
        async () =>
        {
            if (found is { } id)
                Input = await uncovered.DraftAsync(id, cancellationToken);
            else if (like is { } original)
                Input = await LikeAsync(original, cancellationToken);
            return Page();
        });

    private async Task<DataSourceInput> LikeAsync(Guid id, CancellationToken cancellationToken)
    {
        var source = await db.Set<DataSource>().AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, cancellationToken)
            ?? throw new NotFoundException("data source");
        return DataSourceInput.Like(source, engines);
    }

    public Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) => SaveAsync(async () =>
    {
        var source = await editor.CreateAsync(Input, cancellationToken);
        if (source.LastTest is { Code: ConnectionTestCode.Ok })
            TempData.Success($"{source.Name} is added and its connection works. Encryption: {DataSourceText.OfTls(source)}.");
        else if (source.LastTest is { } failed)
            TempData.Error(SavedBut.Of(failed));
        return RedirectToPage("Details", new { id = source.Id });
    });
}
