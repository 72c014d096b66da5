using System.ComponentModel.DataAnnotations;
using BackupApp.Accounts.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace BackupApp.Areas.Identity.Pages.Account;

[LimitSignIns]
public sealed class LoginWithRecoveryCodeModel(AppSignInManager signIn) : PageModel
{
    [BindProperty]
    public InputModel Input { get; set; } = new();

    [BindProperty(SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    public async Task<IActionResult> OnGetAsync() =>
        await signIn.GetTwoFactorAuthenticationUserAsync() is null ? StartAgain() : Page();

    public async Task<IActionResult> OnPostAsync()
    {
        if (!ModelState.IsValid)
            return Page();
        if (await signIn.GetTwoFactorAuthenticationUserAsync() is null)
            return StartAgain();

        var result = await signIn.TwoFactorRecoveryCodeSignInAsync(
            Input.Code.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant());
        if (result.Succeeded)
            return LocalRedirect(Url.Local(ReturnUrl));
        if (result.IsLockedOut)
            return RedirectToPage("./Lockout");

        ModelState.AddModelError("", "This recovery code is not right or was used before. Type another one of your list.");
        return Page();
    }

    private RedirectToPageResult StartAgain() => RedirectToPage("./Login", new { ReturnUrl });

    public sealed class InputModel
    {
        [Required(ErrorMessage = "Type a recovery code.")]
        [StringLength(32, ErrorMessage = "A recovery code looks like ABCDE-12345.")]
        public string Code { get; set; } = "";
    }
}
