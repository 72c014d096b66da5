using BackupApp.Alerts;
using BackupApp.Pages.Ui;
using Microsoft.AspNetCore.Mvc;

namespace BackupApp.Pages.Channels;

public sealed class CreateModel(ChannelEditor editor) : FormModel
{
    public override bool IsNew => true;

    public void OnGet(ChannelKind kind) => Input.Kind = Enum.IsDefined(kind) ? kind : ChannelKind.Email;

    public Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) => SaveInputAsync(async () =>
    {
        var (channel, secret) = await editor.CreateAsync(Input, cancellationToken);
        if (secret is not null)
            TempData.ShowOnce(channel.Name, secret);
        TempData.Success("Saved. Send a test, and follow its link: nothing else shows that alerts arrive.");
        return RedirectToPage("Index");
    });
}
