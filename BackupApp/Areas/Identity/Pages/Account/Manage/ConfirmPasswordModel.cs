using System.ComponentModel.DataAnnotations;
using BackupApp.Accounts.People;
using BackupApp.Accounts.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;

namespace BackupApp.Areas.Identity.Pages.Account.Manage;

/// <summary>A change of the second factor. It asks for the password, so that an unattended browser is not enough.</summary>
[EnableRateLimiting(SignInRateLimit.Policy)]
public abstract class ConfirmPasswordModel(AppUserManager users, AppSignInManager signIn) : PageModel
{
    [BindProperty]
    [Required(ErrorMessage = "Type your password.")]
    [DataType(DataType.Password)]
    public string Password { get; set; } = "";

    protected AppUserManager Users { get; } = users;

    public async Task<IActionResult> OnGetAsync()
    {
        if (await Users.GetUserAsync(User) is not { } user)
            return Challenge();
        return user.TwoFactorEnabled ? Page() : RedirectToPage("./TwoFactorAuthentication");
    }

    public async Task<IActionResult> OnPostAsync()
    {
        if (!ModelState.IsValid)
            return Page();
        if (await Users.GetUserAsync(User) is not { } user)
            return Challenge();
        if (!await Users.CheckPasswordAsync(user, Password))
        {
            ModelState.AddModelError(nameof(Password), "This is not your password.");
            return Page();
        }

        var next = await ChangeAsync(user);
        await signIn.RefreshSignInAsync(user);
        return next;
    }

    protected abstract Task<IActionResult> ChangeAsync(AppUser user);
}
