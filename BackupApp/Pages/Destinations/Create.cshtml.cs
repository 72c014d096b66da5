using BackupApp.Destinations;
using BackupApp.Pages.Ui;
using Microsoft.AspNetCore.Mvc;

namespace BackupApp.Pages.Destinations;

public sealed class CreateModel(DestinationEditor editor) : FormModel
{
    public override bool IsNew => true;

    public void OnGet()
    {
    }

    public Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) => SaveInputAsync(async () =>
    {
        var destination = await editor.CreateAsync(Input, cancellationToken);
        TempData.Success($"{destination.Name} is added and passed its test.");
        return RedirectToPage("Index");
    });
}
