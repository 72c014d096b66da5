using BackupApp.Accounts.People;
using BackupApp.Accounts.SignIn;
using BackupApp.Accounts.Tokens;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Errors;
using BackupApp.Pages;
using BackupApp.Pages.Ui;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Areas.Identity.Pages.Account.Manage;

[ConfirmItIsYou]
public sealed class CreateApiTokenModel(AppDbContext db, ApiTokens tokens) : FeaturePage
{
    [BindProperty]
    public ApiTokenInput Input { get; set; } = new();

    public IReadOnlyList<(Guid Id, string Name)> Sources { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken) => await LoadAsync(cancellationToken);

    public Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) => SaveAsync(
        async () =>
        {
            if (!ModelState.IsValid)
                throw new InvalidInputException(new Dictionary<string, string>());
            // The choice is hidden for other roles, and may still be ticked.
            var input = Input.Role == TokenRole.Runner ? Input : Input with { DataSourceIds = null };
            var made = await tokens.CreateAsync(input, User, cancellationToken);
            TempData.ShowOnce(made.Token.Name, made.Text);
            return RedirectToPage("./ApiTokens");
        },
        () => LoadAsync(cancellationToken));

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        var sources = await db.Set<DataSource>().OrderBy(s => s.Name).Select(s => new { s.Id, s.Name }).ToListAsync(cancellationToken);
        Sources = [.. sources.Select(s => (s.Id, s.Name))];
    }
}
