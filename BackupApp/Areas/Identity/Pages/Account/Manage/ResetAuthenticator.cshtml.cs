using BackupApp.Accounts.People;
using BackupApp.Accounts.SignIn;
using Microsoft.AspNetCore.Mvc;

namespace BackupApp.Areas.Identity.Pages.Account.Manage;

public sealed class ResetAuthenticatorModel(AppUserManager users, AppSignInManager signIn) : SecondFactorChangeModel(users, signIn)
{
    protected override async Task<IActionResult> ChangeAsync(AppUser user)
    {
        await Users.RemoveTwoFactorAsync(user);
        return RedirectToPage("./EnableAuthenticator");
    }
}
