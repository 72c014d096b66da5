using System.ComponentModel.DataAnnotations;
using BackupApp.Accounts;
using BackupApp.Accounts.People;
using BackupApp.Accounts.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace BackupApp.Areas.Identity.Pages.Account;

[LimitSignIns]
public sealed class LoginModel(AppSignInManager signIn, FirstAdministrator first) : PageModel
{
    [BindProperty]
    public InputModel Input { get; set; } = new();

    [BindProperty(SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    public bool SetupNeeded { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (User.Can(Permission.SignedIn))
            return LocalRedirect(Url.Local(ReturnUrl));
        SetupNeeded = await first.IsNeededAsync(cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (ModelState.IsValid)
        {
            var result = await signIn.PasswordSignInAsync(Input.Email.Trim(), Input.Password, Input.RememberMe, lockoutOnFailure: true);
            if (result.Succeeded)
                return LocalRedirect(Url.Local(ReturnUrl));
            if (result.RequiresTwoFactor)
                return RedirectToPage("./LoginWith2fa", new { ReturnUrl, Input.RememberMe });

            // One sentence for every reason: which addresses have an account, and which are locked or disabled, is nobody's business.
            ModelState.AddModelError("", "This e-mail address and password do not open an account. Check both. "
                + "After 5 wrong passwords an account is closed to your network for 15 minutes.");
        }

        SetupNeeded = await first.IsNeededAsync(cancellationToken);
        return Page();
    }

    public sealed class InputModel
    {
        [Required(ErrorMessage = "Type your e-mail address.")]
        [EmailAddress(ErrorMessage = "This is not an e-mail address: it needs an @.")]
        public string Email { get; set; } = "";

        [Required(ErrorMessage = "Type your password.")]
        [DataType(DataType.Password)]
        public string Password { get; set; } = "";

        public bool RememberMe { get; set; }
    }
}
