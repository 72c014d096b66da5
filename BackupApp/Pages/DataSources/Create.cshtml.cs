using BackupApp.DataSources;
using BackupApp.Engines;
using BackupApp.Pages.Ui;
using Microsoft.AspNetCore.Mvc;

namespace BackupApp.Pages.DataSources;

public sealed class CreateModel(DataSourceEditor editor) : FormModel
{
    public override bool IsNew => true;

    public void OnGet()
    {
    }

    public Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) => SaveAsync(async () =>
    {
        var source = await editor.CreateAsync(Input, cancellationToken);
        if (source.LastTest is { Code: ConnectionTestCode.Ok })
            TempData.Success($"{source.Name} is added and its connection works. Encryption: {DataSourceText.OfTls(source)}.");
        return RedirectToPage("Details", new { id = source.Id });
    });
}
