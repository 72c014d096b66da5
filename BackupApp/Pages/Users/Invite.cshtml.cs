using BackupApp.Accounts.People;
using BackupApp.Accounts.SignIn;
using BackupApp.Pages.Ui;
using Microsoft.AspNetCore.Mvc;

namespace BackupApp.Pages.Users;

[ConfirmItIsYou]
public sealed class InviteModel(Invitations invitations) : FeaturePage
{
    [BindProperty]
    public InvitationInput Input { get; set; } = new();

    public Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) => SaveAsync(async () =>
    {
        if (!ModelState.IsValid)
            return Page();
        var invited = await invitations.InviteAsync(Input, User, cancellationToken);
        TempData.ShowOnce(invited.Invitation.Email, InvitationLink.For(HttpContext, invited.Token));
        return RedirectToPage("Index");
    });
}
