using System.ComponentModel.DataAnnotations;
using BackupApp.Accounts.People;
using BackupApp.Accounts.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace BackupApp.Areas.Identity.Pages.Account.Manage;

/// <summary>Where <see cref="ConfirmItIsYouAttribute"/> leads, and from where it goes on.</summary>
[WithoutSecondFactor]
[LimitSignIns]
public sealed class ConfirmModel(AppUserManager users, IdentityCheck check) : PageModel
{
    [BindProperty]
    public InputModel Input { get; set; } = new();

    [BindProperty(SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    public bool AsksForCode { get; private set; }

    public async Task<IActionResult> OnGetAsync() => await users.GetUserAsync(User) is { } user ? Show(user) : Challenge();

    public async Task<IActionResult> OnPostAsync()
    {
        if (await users.GetUserAsync(User) is not { } user)
            return Challenge();
        if (!ModelState.IsValid)
            return Show(user);
        switch (await check.ConfirmAsync(user, Input.Password, Input.Code))
        {
            case IdentityCheckResult.Passed:
                return LocalRedirect(Url.Local(ReturnUrl));
            case IdentityCheckResult.Closed:
                return RedirectToPage("../Lockout");
            case IdentityCheckResult.WrongPassword:
                ModelState.AddModelError("Input.Password", "This is not your password.");
                break;
            default:
                ModelState.AddModelError(
                    "Input.Code", "This code is not right or was used before. Type the one that the app shows now, or a recovery code.");
                break;
        }

        return Show(user);
    }

    private PageResult Show(AppUser user)
    {
        AsksForCode = user.TwoFactorEnabled;
        return Page();
    }

    public sealed class InputModel
    {
        [Required(ErrorMessage = "Type your password.")]
        [DataType(DataType.Password)]
        public string Password { get; set; } = "";

        [StringLength(32, ErrorMessage = "The code has 6 digits, a recovery code 10 letters and digits.")]
        public string? Code { get; set; }
    }
}
