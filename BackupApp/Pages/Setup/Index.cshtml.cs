using System.ComponentModel.DataAnnotations;
using BackupApp.Accounts.People;
using BackupApp.Accounts.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace BackupApp.Pages.Setup;

/// <summary>Creates the first administrator with the one-time link from the log.</summary>
[LimitSignIns]
public sealed class IndexModel(FirstAdministrator first, AppSignInManager signIn) : OneTimeLinkPage("backupapp.setup")
{
    [BindProperty]
    public InputModel Input { get; set; } = new();

    public bool IsLinkValid { get; private set; }

    public bool IsSetUp { get; private set; }

    public async Task<IActionResult> OnGetAsync(string? token, CancellationToken cancellationToken) =>
        token is null ? await ShowAsync(cancellationToken) : KeepToken(token);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!ModelState.IsValid)
            return await ShowAsync(cancellationToken);

        var (user, result) = await first.CreateWithLinkAsync(Token, Input.Email.Trim(), Input.Password, cancellationToken);
        if (user is null)
        {
            AddErrors(result);
            return await ShowAsync(cancellationToken);
        }

        ForgetToken();
        await signIn.SignInNewUserAsync(user, "setup_link");
        return LocalRedirect("~/");
    }

    private async Task<PageResult> ShowAsync(CancellationToken cancellationToken)
    {
        IsLinkValid = await first.IsLinkValidAsync(Token, cancellationToken);
        IsSetUp = !IsLinkValid && !await first.IsNeededAsync(cancellationToken);
        if (!IsLinkValid)
            Response.StatusCode = StatusCodes.Status403Forbidden;
        return Page();
    }

    public sealed class InputModel : NewPassword
    {
        [Required(ErrorMessage = "Type your e-mail address.")]
        [EmailAddress(ErrorMessage = "This is not an e-mail address: it needs an @.")]
        [StringLength(256, ErrorMessage = "An e-mail address has at most 256 characters.")]
        public string Email { get; set; } = "";
    }
}
