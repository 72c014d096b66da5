using BackupApp.Accounts;
using BackupApp.Accounts.People;
using BackupApp.Accounts.SignIn;
using BackupApp.Pages.Ui;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace BackupApp.Areas.Identity.Pages.Account.Manage;

public sealed class Disable2faModel(AppUserManager users, AppSignInManager signIn, IOptions<AccountsOptions> options)
    : SecondFactorChangeModel(users, signIn)
{
    protected override async Task<IActionResult> ChangeAsync(AppUser user)
    {
        if (options.Value.RequiresTwoFactor($"{user.Role}"))
        {
            TempData.Error("Your role needs two-factor sign-in here. Choose \"Use another telephone\" to move it.");
            return RedirectToPage("./TwoFactorAuthentication");
        }

        await Users.RemoveTwoFactorAsync(user);
        TempData.Success("Two-factor sign-in is off.");
        return RedirectToPage("./TwoFactorAuthentication");
    }
}
