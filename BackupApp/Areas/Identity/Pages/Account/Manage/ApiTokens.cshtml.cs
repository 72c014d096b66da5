using BackupApp.Accounts;
using BackupApp.Accounts.Tokens;
using BackupApp.Data;
using BackupApp.Pages;
using BackupApp.Pages.Ui;
using BackupApp.Pages.Users;
using Microsoft.AspNetCore.Mvc;

namespace BackupApp.Areas.Identity.Pages.Account.Manage;

public sealed class ApiTokensModel(AppDbContext db, ApiTokens tokens, TimeProvider time) : FeaturePage
{
    public TokenTable Tokens { get; private set; } = TokenTable.Empty;

    public string Example => $"""
        curl --fail-with-body -H "Authorization: Bearer $BACKUPAPP_TOKEN" \
          {Request.Scheme}://{Request.Host}{Request.PathBase}/api/v1/datasources
        """;

    public string RunnerExample => $"""
        curl --fail-with-body -X POST -H "Authorization: Bearer $BACKUPAPP_TOKEN" \
          {Request.Scheme}://{Request.Host}{Request.PathBase}/api/v1/datasources/DATA-SOURCE-ID/backups/run-now
        """;

    public async Task OnGetAsync(CancellationToken cancellationToken) =>
        Tokens = await TokenTable.LoadAsync(db, tokens, User.UserId(), time, cancellationToken) with { ShowsOwner = false };

    public Task<IActionResult> OnPostRevokeTokenAsync(Guid tokenId, CancellationToken cancellationToken) => ActAsync(
        async () =>
        {
            TempData.Success($"{(await tokens.RevokeAsync(tokenId, User, cancellationToken)).Name} is revoked.");
            return RedirectToPage();
        },
        () => RedirectToPage());
}
