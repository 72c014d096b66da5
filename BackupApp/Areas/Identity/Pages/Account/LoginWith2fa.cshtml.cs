using System.ComponentModel.DataAnnotations;
using BackupApp.Accounts.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace BackupApp.Areas.Identity.Pages.Account;

[LimitSignIns]
public sealed class LoginWith2faModel(AppSignInManager signIn) : PageModel
{
    [BindProperty]
    public InputModel Input { get; set; } = new();

    [BindProperty(SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    [BindProperty(SupportsGet = true)]
    public bool RememberMe { get; set; }

    public async Task<IActionResult> OnGetAsync() =>
        await signIn.GetTwoFactorAuthenticationUserAsync() is null ? StartAgain() : Page();

    public async Task<IActionResult> OnPostAsync()
    {
        if (!ModelState.IsValid)
            return Page();
        if (await signIn.GetTwoFactorAuthenticationUserAsync() is null)
            return StartAgain();

        var result = await signIn.TwoFactorAuthenticatorSignInAsync(OneTimeCode.Clean(Input.Code), RememberMe, Input.RememberBrowser);
        if (result.Succeeded)
            return LocalRedirect(Url.Local(ReturnUrl));
        if (result.IsLockedOut)
            return RedirectToPage("./Lockout");

        ModelState.AddModelError("", "This code is not right. Codes change every 30 seconds: type the one that is shown now. "
            + "If none is accepted, the clock of your telephone may be wrong.");
        return Page();
    }

    // The first step is valid for a few minutes only.
    private RedirectToPageResult StartAgain() => RedirectToPage("./Login", new { ReturnUrl });

    public sealed class InputModel
    {
        [Required(ErrorMessage = "Type the code.")]
        [StringLength(12, ErrorMessage = "The code has 6 digits.")]
        public string Code { get; set; } = "";

        public bool RememberBrowser { get; set; }
    }
}
