using BackupApp.Accounts.People;
using BackupApp.Accounts.Tokens;
using BackupApp.Data;
using BackupApp.Pages.Ui;
using Microsoft.AspNetCore.Mvc;

namespace BackupApp.Pages.Users;

public sealed class IndexModel(
    AppDbContext db,
    UserEditor users,
    Invitations invitations,
    ApiTokens tokens,
    BootstrapToken bootstrap,
    TimeProvider time)
    : FeaturePage
{
    public IReadOnlyList<UserRow> Rows { get; private set; } = [];

    public IReadOnlyList<Invitation> Pending { get; private set; } = [];

    public TokenTable Tokens { get; private set; } = TokenTable.Empty;

    public bool HasBootstrapToken => bootstrap.IsSet;

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Rows = await users.ListAsync(cancellationToken);
        Pending = await invitations.ListAsync(cancellationToken);
        Tokens = await TokenTable.LoadAsync(db, tokens, null, time, cancellationToken);
    }

    public Task<IActionResult> OnPostWithdrawAsync(Guid id, CancellationToken cancellationToken) => ActAsync(
        async () =>
        {
            await invitations.WithdrawAsync(id, cancellationToken);
            TempData.Success("The link does not work any more.");
            return RedirectToPage();
        },
        () => RedirectToPage());

    public Task<IActionResult> OnPostRevokeTokenAsync(Guid tokenId, CancellationToken cancellationToken) => ActAsync(
        async () =>
        {
            TempData.Success($"{(await tokens.RevokeAsync(tokenId, User, cancellationToken)).Name} is revoked.");
            return RedirectToPage();
        },
        () => RedirectToPage());
}
