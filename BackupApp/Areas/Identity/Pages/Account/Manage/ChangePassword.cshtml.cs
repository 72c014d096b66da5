using System.ComponentModel.DataAnnotations;
using BackupApp.Accounts;
using BackupApp.Accounts.People;
using BackupApp.Accounts.SignIn;
using BackupApp.Pages.Ui;
using BackupApp.Pages.Users;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace BackupApp.Areas.Identity.Pages.Account.Manage;

[LimitSignIns]
public sealed class ChangePasswordModel(
    AppUserManager users, AppSignInManager signIn, IdentityCheck check, SignOutEverywhere everywhere) : PageModel
{
    [BindProperty]
    public InputModel Input { get; set; } = new();

    [BindProperty]
    public bool RevokeTokens { get; set; }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!ModelState.IsValid)
            return Page();
        if (await users.GetUserAsync(User) is not { } user)
            return Challenge();

        var present = await check.CheckPasswordAsync(user, Input.Current);
        if (present == IdentityCheckResult.Closed)
            return RedirectToPage("../Lockout");
        if (present != IdentityCheckResult.Passed)
        {
            ModelState.AddModelError("Input.Current", "This is not your current password.");
            return Page();
        }

        var (result, revoked) = await everywhere.ChangePasswordAsync(user, Input.Current, Input.New, RevokeTokens, cancellationToken);
        if (!result.Succeeded)
        {
            foreach (var error in result.Errors)
                ModelState.AddModelError("Input.New", error.Description);
            return Page();
        }

        await signIn.RefreshSignInAsync(user);
        TempData.Success("Your password was changed" + SessionTable.AndTokens(revoked) + ".");
        return RedirectToPage();
    }

    public sealed class InputModel
    {
        private const string TooLong = "A password has at most {1} characters.";

        [Required(ErrorMessage = "Type your current password.")]
        [StringLength(AccountsOptions.MaximumPasswordLength, ErrorMessage = TooLong)]
        [DataType(DataType.Password)]
        public string Current { get; set; } = "";

        [Required(ErrorMessage = "Choose a new password.")]
        [StringLength(AccountsOptions.MaximumPasswordLength, ErrorMessage = TooLong)]
        [DataType(DataType.Password)]
        public string New { get; set; } = "";

        [Required(ErrorMessage = "Type the new password again.")]
        [Compare(nameof(New), ErrorMessage = "The two new passwords differ. Type the same one twice.")]
        [StringLength(AccountsOptions.MaximumPasswordLength, ErrorMessage = TooLong)]
        [DataType(DataType.Password)]
        public string Repeat { get; set; } = "";
    }
}
