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

    /// <summary>Why the link confirms nothing.</summary>
    public string Problem { get; private set; } = "It is older than seven days, or incomplete. Send another test.";

    public Task OnGetAsync(CancellationToken cancellationToken) => TryAsync(
        async () => Name = (await tests.FindAsync(Token, cancellationToken))?.Name);

    public Task OnPostAsync(CancellationToken cancellationToken) => TryAsync(async () =>
    {
        Name = (await tests.ConfirmAsync(Token, cancellationToken)).Name;
        IsConfirmed = true;
    });

    private async Task TryAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (NotFoundException)
        {
            Name = null;
        }
        catch (ConflictException e)
        {
            Problem = e.Message;
        }

        if (Name is null)
            Response.StatusCode = StatusCodes.Status403Forbidden;
    }
}
