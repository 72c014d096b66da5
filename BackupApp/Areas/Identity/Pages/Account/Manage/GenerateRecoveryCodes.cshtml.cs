using BackupApp.Accounts.People;
using BackupApp.Accounts.SignIn;
using Microsoft.AspNetCore.Mvc;

namespace BackupApp.Areas.Identity.Pages.Account.Manage;

public sealed class GenerateRecoveryCodesModel(AppUserManager users, AppSignInManager signIn) : SecondFactorChangeModel(users, signIn)
{
    protected override async Task<IActionResult> ChangeAsync(AppUser user)
    {
        TempData.ShowRecoveryCodes(await Users.GenerateNewTwoFactorRecoveryCodesAsync(user, RecoveryCodes.Count));
        return RedirectToPage("./ShowRecoveryCodes");
    }
}
