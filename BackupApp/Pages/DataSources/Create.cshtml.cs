using BackupApp.DataSources;
using BackupApp.Engines;
using BackupApp.Pages.Ui;
using BackupApp.Protection.Uncovered;
using Microsoft.AspNetCore.Mvc;

namespace BackupApp.Pages.DataSources;

public sealed class CreateModel(DataSourceEditor editor, UncoveredDatabases uncovered) : FormModel
{
    public override bool IsNew => true;

    /// <param name="found">A database that nobody backs up: all that is known of it is filled in.</param>
    public Task<IActionResult> OnGetAsync([FromQuery(Name = "uncovered")] Guid? found, CancellationToken cancellationToken) => SaveAsync(
        async () =>
        {
            if (found is { } id)
                Input = await uncovered.DraftAsync(id, cancellationToken);
            return Page();
        });

    public Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) => SaveAsync(async () =>
    {
        var source = await editor.CreateAsync(Input, cancellationToken);
        if (source.LastTest is { Code: ConnectionTestCode.Ok })
            TempData.Success($"{source.Name} is added and its connection works. Encryption: {DataSourceText.OfTls(source)}.");
        return RedirectToPage("Details", new { id = source.Id });
    });
}
