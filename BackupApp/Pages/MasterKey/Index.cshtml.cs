using BackupApp.Accounts.SignIn;
using BackupApp.Errors;
using BackupApp.FirstRun;
using BackupApp.Pages.Ui;
using BackupApp.Secrets;
using Microsoft.AspNetCore.Mvc;

namespace BackupApp.Pages.MasterKey;

/// <summary>
/// Shows the master key to an administrator who has just typed the password, in the answer to a button and nowhere else, and takes the
/// proof that there is a copy.
/// </summary>
[ConfirmItIsYou]
public sealed class IndexModel(MasterKeyCopy copy, TimeProvider time) : FeaturePage
{
    [BindProperty]
    public InputModel Input { get; set; } = new();

    /// <summary>Null unless it was asked for now.</summary>
    public ShownKey? Key { get; private set; }

    /// <summary>For the print.</summary>
    public DateTimeOffset Now => time.GetUtcNow();

    public void OnGet()
    {
    }

    public Task<IActionResult> OnPostShowAsync(CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        Key = await copy.ShowAsync(cancellationToken);
        return Page();
    });

    public Task<IActionResult> OnPostConfirmAsync(CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        await copy.ConfirmAsync(Input.LastCharacters, cancellationToken);
        TempData.Success("Good: there is a copy of the master key. Keep it where this machine is not.");
        return RedirectToPage("/Checklist/Index");
    });

    private Task<IActionResult> GuardAsync(Func<Task<IActionResult>> act) => SaveAsync(async () =>
    {
        try
        {
            return await act();
        }
        catch (MasterKeyException e)
        {
            throw new ConflictException($"{e.Message} A copy of what is there now would open nothing.", e);
        }
    });

    public sealed class InputModel
    {
        public string? LastCharacters { get; set; }
    }
}
