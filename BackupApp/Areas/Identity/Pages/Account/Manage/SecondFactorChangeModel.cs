using BackupApp.Accounts.People;
using BackupApp.Accounts.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace BackupApp.Areas.Identity.Pages.Account.Manage;

/// <summary>A change of the second factor that is set up.</summary>
[ConfirmItIsYou]
public abstract class SecondFactorChangeModel(AppUserManager users, AppSignInManager signIn) : PageModel
{
    protected AppUserManager Users { get; } = users;

    public async Task<IActionResult> OnGetAsync()
    {
        if (await Users.GetUserAsync(User) is not { } user)
            return Challenge();
        return user.TwoFactorEnabled ? Page() : RedirectToPage("./TwoFactorAuthentication");
    }

    public async Task<IActionResult> OnPostAsync()
    {
        if (await Users.GetUserAsync(User) is not { } user)
            return Challenge();
        var next = await ChangeAsync(user);
        await signIn.RefreshSignInAsync(user);
        return next;
    }

    protected abstract Task<IActionResult> ChangeAsync(AppUser user);
}
