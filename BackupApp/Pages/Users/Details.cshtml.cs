using BackupApp.Accounts;
using BackupApp.Accounts.People;
using BackupApp.Accounts.SignIn;
using BackupApp.Accounts.Tokens;
using BackupApp.Data;
using BackupApp.Errors;
using BackupApp.Pages.Ui;
using Microsoft.AspNetCore.Mvc;

namespace BackupApp.Pages.Users;

// A link and a role are ways in for somebody else. Ending something takes no password: it may be urgent.
[ConfirmItIsYou(Handlers = ["Role", "Password", "Enable"])]
public sealed class DetailsModel(
    AppDbContext db,
    UserEditor users,
    Invitations invitations,
    ApiTokens tokens,
    UserSessions sessions,
    SignOutEverywhere everywhere,
    TimeProvider time)
    : FeaturePage
{
    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    /// <summary>The chosen role.</summary>
    [BindProperty]
    public Role Role { get; set; }

    public UserRow Row { get; private set; } = null!;

    public TokenTable Tokens { get; private set; } = TokenTable.Empty;

    public SessionTable Sessions { get; private set; } = SessionTable.Empty;

    public bool IsOneself => Id == User.UserId();

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        try
        {
            Row = await users.FindAsync(Id, cancellationToken);
        }
        catch (NotFoundException)
        {
            return NotFound();
        }

        Role = Row.User.Role;
        Tokens = await TokenTable.LoadAsync(db, tokens, Id, time, cancellationToken) with { ShowsOwner = false };
        Sessions = new SessionTable(await sessions.ListAsync(Id, User, cancellationToken));
        return Page();
    }

    public Task<IActionResult> OnPostRoleAsync(CancellationToken cancellationToken) => !ModelState.IsValid
        ? Task.FromResult<IActionResult>(BadRequest())
        : SayAsync(() => users.SetRoleAsync(Id, Role, User, cancellationToken), user => $"{user.Email} is {user.Role} now.");

    public Task<IActionResult> OnPostDisableAsync(CancellationToken cancellationToken) =>
        SayAsync(() => users.DisableAsync(Id, User, cancellationToken), user => $"{user.Email} is disabled.");

    public Task<IActionResult> OnPostEnableAsync(CancellationToken cancellationToken) =>
        SayAsync(() => users.EnableAsync(Id, User, cancellationToken), user => $"{user.Email} may sign in again.");

    public Task<IActionResult> OnPostSignOutAsync(bool revokeTokens, CancellationToken cancellationToken) => ActAsync(
        async () =>
        {
            var revoked = await everywhere.RunAsync(Id, revokeTokens, User, cancellationToken);
            TempData.Success("All sessions of this user are over" + SessionTable.AndTokens(revoked) + ".");
            return Back();
        },
        Back);

    public Task<IActionResult> OnPostEndSessionAsync(Guid sessionId, CancellationToken cancellationToken) => ActAsync(
        async () =>
        {
            await sessions.EndAsync(Id, sessionId, User, cancellationToken);
            TempData.Success("The session is over.");
            return Back();
        },
        Back);

    public Task<IActionResult> OnPostPasswordAsync(CancellationToken cancellationToken) => ActAsync(
        async () =>
        {
            var link = await invitations.RenewPasswordAsync(Id, User, cancellationToken);
            TempData.ShowOnce(link.Invitation.Email, InvitationLink.For(HttpContext, link.Token));
            return Back();
        },
        Back);

    public Task<IActionResult> OnPostRevokeTokenAsync(Guid tokenId, CancellationToken cancellationToken) => ActAsync(
        async () =>
        {
            TempData.Success($"{(await tokens.RevokeAsync(tokenId, User, cancellationToken)).Name} is revoked.");
            return Back();
        },
        Back);

    private Task<IActionResult> SayAsync(Func<Task<AppUser>> act, Func<AppUser, string> say) => ActAsync(
        async () =>
        {
            TempData.Success(say(await act()));
            return Back();
        },
        Back);

    private RedirectToPageResult Back() => RedirectToPage(new { Id });
}
