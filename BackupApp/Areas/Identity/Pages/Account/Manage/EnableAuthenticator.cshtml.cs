using System.ComponentModel.DataAnnotations;
using BackupApp.Accounts;
using BackupApp.Accounts.People;
using BackupApp.Accounts.SignIn;
using BackupApp.Pages.Ui;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;

namespace BackupApp.Areas.Identity.Pages.Account.Manage;

[ConfirmItIsYou]
[WithoutSecondFactor]
[LimitSignIns]
public sealed class EnableAuthenticatorModel(AppUserManager users, AppSignInManager signIn, IOptions<AccountsOptions> options) : PageModel
{
    [BindProperty]
    public InputModel Input { get; set; } = new();

    /// <summary>In groups of four, for typing.</summary>
    public string Key { get; private set; } = "";

    /// <summary>A <c>data:</c> address.</summary>
    public string QrCode { get; private set; } = "";

    public bool IsRequired { get; private set; }

    public async Task<IActionResult> OnGetAsync()
    {
        if (await users.GetUserAsync(User) is not { } user)
            return Challenge();
        return user.TwoFactorEnabled ? RedirectToPage("./TwoFactorAuthentication") : await ShowKeyAsync(user);
    }

    public async Task<IActionResult> OnPostAsync()
    {
        if (await users.GetUserAsync(User) is not { } user)
            return Challenge();
        // Whoever holds a session must not read the key of a second factor that is in use.
        if (user.TwoFactorEnabled)
            return RedirectToPage("./TwoFactorAuthentication");
        if (!ModelState.IsValid)
            return await ShowKeyAsync(user);

        if (!await users.VerifySetUpCodeAsync(user, OneTimeCode.Clean(Input.Code)))
        {
            await users.RecordWrongCodeAsync(user);
            ModelState.AddModelError(
                "Input.Code",
                "This code is not right. Type the one that the app shows now; if none is accepted, check the telephone's clock.");
            return await ShowKeyAsync(user);
        }

        await users.SetTwoFactorEnabledAsync(user, true);
        TempData.ShowRecoveryCodes(await users.GenerateNewTwoFactorRecoveryCodesAsync(user, RecoveryCodes.Count));
        await signIn.RefreshSignInAsync(user);
        TempData.Success("Two-factor sign-in is on.");
        return RedirectToPage("./ShowRecoveryCodes");
    }

    private async Task<PageResult> ShowKeyAsync(AppUser user)
    {
        var key = await users.GetAuthenticatorKeyAsync(user);
        if (string.IsNullOrEmpty(key))
        {
            await users.ResetAuthenticatorKeyAsync(user);
            await signIn.RefreshSignInAsync(user);
            key = await users.GetAuthenticatorKeyAsync(user)
                ?? throw new InvalidOperationException("The authenticator key was not stored.");
        }

        IsRequired = options.Value.RequiresTwoFactor($"{user.Role}");
        Key = AuthenticatorKey.Grouped(key);
        QrCode = AuthenticatorKey.ToQrCode(users.Options.Tokens.AuthenticatorIssuer, user.Email!, key);
        return Page();
    }

    public sealed class InputModel
    {
        [Required(ErrorMessage = "Type the code that the app shows.")]
        [StringLength(12, ErrorMessage = "The code has 6 digits.")]
        public string Code { get; set; } = "";
    }
}
