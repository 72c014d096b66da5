using BackupApp.Accounts.People;
using BackupApp.Accounts.Tokens;
using BackupApp.Data;
using BackupApp.Pages.Ui;
using BackupApp.Pages.Ui.Lists;
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
    private static readonly string[] Columns = ["email", "role", "seen"];

    /// <summary>See <see cref="ListSort"/>; by e-mail where it says nothing.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Sort { get; set; }

    public ListView List { get; private set; } = null!;

    public IReadOnlyList<UserRow> Rows { get; private set; } = [];

    public IReadOnlyList<Invitation> Pending { get; private set; } = [];

    public TokenTable Tokens { get; private set; } = TokenTable.Empty;

    public bool HasBootstrapToken => bootstrap.IsSet;

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        List = new(
            new ListAddress(Request.PathBase + "/Users", [new("sort", Sort)]), ListSort.Parse(Sort, new("email"), Columns), []);
        var all = await users.ListAsync(cancellationToken);
        Rows = List.Sort.Column switch
        {
            "role" => [.. List.Sort.Apply(all, r => r.User.Role)],
            "seen" => [.. List.Sort.Apply(all, r => r.LastSignInAt ?? DateTimeOffset.MinValue)],
            _ => [.. List.Sort.Apply(all, r => r.User.Email ?? "", StringComparer.OrdinalIgnoreCase)],
        };
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
