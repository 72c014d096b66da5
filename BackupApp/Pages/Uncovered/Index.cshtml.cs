using BackupApp.Errors;
using BackupApp.Pages.Ui;
using BackupApp.Protection.Uncovered;
using Microsoft.AspNetCore.Mvc;

namespace BackupApp.Pages.Uncovered;

/// <summary>Databases that nobody backs up: protected, ignored, or both by and by.</summary>
public sealed class IndexModel(UncoveredDatabases databases) : FeaturePage
{
    /// <summary>Those that are ignored last.</summary>
    public IReadOnlyList<UncoveredDatabase> Rows { get; private set; } = [];

    public UncoveredLook? Look { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Rows = [.. (await databases.AllAsync(alsoIgnored: true, cancellationToken)).OrderBy(u => u.IgnoredAt is not null)];
        Look = await databases.LastLookAsync(cancellationToken);
    }

    public Task<IActionResult> OnPostIgnoreAsync(Guid id, string? why, CancellationToken cancellationToken) => DoAsync(
        "Nobody speaks of it any more.", () => databases.IgnoreAsync(id, why, cancellationToken));

    public Task<IActionResult> OnPostTakeBackAsync(Guid id, CancellationToken cancellationToken) => DoAsync(
        "It is listed again.", () => databases.TakeBackAsync(id, cancellationToken));

    public Task<IActionResult> OnPostLookAsync([FromServices] RequestLook look, CancellationToken cancellationToken) => DoAsync(
        "The servers are asked now. Load the page again in some seconds.", () => look.RunAsync(cancellationToken));

    private Task<IActionResult> DoAsync(string done, Func<Task> act) => ActAsync(
        async () =>
        {
            try
            {
                await act();
                TempData.Success(done);
            }
            catch (InvalidInputException e)
            {
                TempData.Error(e.Problems.Values.First());
            }

            return RedirectToPage();
        },
        () => RedirectToPage());
}
