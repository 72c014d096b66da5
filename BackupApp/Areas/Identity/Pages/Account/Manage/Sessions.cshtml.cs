using BackupApp.Accounts;
using BackupApp.Accounts.People;
using BackupApp.Accounts.SignIn;
using BackupApp.Pages;
using BackupApp.Pages.Ui;
using BackupApp.Pages.Users;
using Microsoft.AspNetCore.Mvc;

namespace BackupApp.Areas.Identity.Pages.Account.Manage;

/// <summary>Where one is signed in, and the end of it.</summary>
public sealed class SessionsModel(UserSessions sessions, SignOutEverywhere everywhere, AppUserManager users, AppSignInManager signIn)
    : FeaturePage
{
    public SessionTable Sessions { get; private set; } = SessionTable.Empty;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (User.UserId() is not { } id)
            return Challenge();
        Sessions = new SessionTable(await sessions.ListAsync(id, User, cancellationToken));
        return Page();
    }

    public Task<IActionResult> OnPostEndSessionAsync(Guid sessionId, CancellationToken cancellationToken) => ActAsync(
        async () =>
        {
            await sessions.EndAsync(User.UserId()!.Value, sessionId, User, cancellationToken);
            TempData.Success("The session is over.");
            return RedirectToPage();
        },
        () => RedirectToPage());

    /// <summary>Everywhere but here: this browser gets a new session in place of its old one.</summary>
    public Task<IActionResult> OnPostSignOutEverywhereAsync(bool revokeTokens, CancellationToken cancellationToken) => ActAsync(
        async () =>
        {
            var ended = await everywhere.RunAsync(User.UserId()!.Value, revokeTokens, User, cancellationToken);
            if (await users.GetUserAsync(User) is { } user)
                await signIn.RefreshSignInAsync(user);
            TempData.Success("All your other sessions are over" + SessionTable.AndTokens(ended) + ".");
            return RedirectToPage();
        },
        () => RedirectToPage());
}
