using BackupApp.Accounts.People;
using BackupApp.Accounts.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace BackupApp.Pages.Welcome;

/// <summary>
/// Where an administrator's link leads: somebody sets the password of a new account, or a new one for theirs, and is signed in.
/// </summary>
[LimitSignIns]
public sealed class IndexModel(Invitations invitations, SignOutEverywhere everywhere, AppSignInManager signIn)
    : OneTimeLinkPage("backupapp.invitation")
{
    [BindProperty]
    public NewPassword Input { get; set; } = new();

    /// <summary>Of an account that there was before.</summary>
    [BindProperty]
    public bool RevokeTokens { get; set; }

    /// <summary>Null: the link does not work.</summary>
    public Invitation? Invitation { get; private set; }

    public async Task<IActionResult> OnGetAsync(string? token, CancellationToken cancellationToken) =>
        token is null ? await ShowAsync(cancellationToken) : KeepToken(token);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!ModelState.IsValid)
            return await ShowAsync(cancellationToken);

        var (user, result) = await everywhere.AcceptAsync(Token, Input.Password, RevokeTokens, cancellationToken);
        if (user is null)
        {
            AddErrors(result);
            return await ShowAsync(cancellationToken);
        }

        ForgetToken();
        await signIn.SignInNewUserAsync(user, "invitation");
        return LocalRedirect("~/");
    }

    private async Task<PageResult> ShowAsync(CancellationToken cancellationToken)
    {
        Invitation = await invitations.FindAsync(Token, cancellationToken);
        if (Invitation is null)
            Response.StatusCode = StatusCodes.Status403Forbidden;
        return Page();
    }
}
