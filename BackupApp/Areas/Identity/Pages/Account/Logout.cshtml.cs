using BackupApp.Accounts;
using BackupApp.Accounts.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace BackupApp.Areas.Identity.Pages.Account;

public sealed class LogoutModel(AppSignInManager signIn) : PageModel
{
    public IActionResult OnGet() => User.Can(Permission.SignedIn) ? Page() : RedirectToPage("./Login");

    public async Task<IActionResult> OnPostAsync()
    {
        await signIn.SignOutAsync();
        return RedirectToPage("./Login");
    }
}
