using BackupApp.Accounts.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace BackupApp.Areas.Identity.Pages.Account.Manage;

[WithoutSecondFactor]
public sealed class ShowRecoveryCodesModel : PageModel
{
    public string[] Codes { get; private set; } = [];

    public IActionResult OnGet()
    {
        if (TempData.TakeRecoveryCodes() is not { Length: > 0 } codes)
            return RedirectToPage("./TwoFactorAuthentication");
        Codes = codes;
        return Page();
    }
}
