using BackupApp.Accounts.People;
using BackupApp.Accounts.SignIn;
using BackupApp.Pages.Ui;
using Microsoft.AspNetCore.Mvc;

namespace BackupApp.Areas.Identity.Pages.Account.Manage;

public sealed class Disable2faModel(AppUserManager users, AppSignInManager signIn) : ConfirmPasswordModel(users, signIn)
{
    protected override async Task<IActionResult> ChangeAsync(AppUser user)
    {
        await Users.RemoveTwoFactorAsync(user);
        TempData.Success("Two-factor sign-in is off.");
        return RedirectToPage("./TwoFactorAuthentication");
    }
}
