using BackupApp.Accounts.SignIn;
using BackupApp.Alerts;
using BackupApp.Errors;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace BackupApp.Pages.Received;

/// <summary>
/// Where the link of a test message leads; the link is the proof. A button says that it arrived: mail servers follow links by
/// themselves, to look for harm.
/// </summary>
[LimitSignIns]
public sealed class IndexModel(ChannelTests tests) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string Token { get; set; } = "";

    /// <summary>The channel's; null where the link is none of ours.</summary>
    public string? Name { get; private set; }

    public bool IsConfirmed { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Name = (await tests.FindAsync(Token, cancellationToken))?.Name;
        Refuse();
    }

    public async Task OnPostAsync(CancellationToken cancellationToken)
    {
        try
        {
            Name = (await tests.ConfirmAsync(Token, cancellationToken)).Name;
            IsConfirmed = true;
        }
        catch (NotFoundException)
        {
            Refuse();
        }
    }

    private void Refuse()
    {
        if (Name is null)
            Response.StatusCode = StatusCodes.Status403Forbidden;
    }
}
