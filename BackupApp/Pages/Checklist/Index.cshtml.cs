using BackupApp.Errors;
using BackupApp.FirstRun;
using BackupApp.Pages.Ui;
using Microsoft.AspNetCore.Mvc;

namespace BackupApp.Pages.Checklist;

/// <summary>What is left to do until the installation can be relied on; here people say what they do not need.</summary>
public sealed class IndexModel(ChecklistReader reader, ChecklistEditor editor) : FeaturePage
{
    public FirstRun.Checklist List { get; private set; } = new([]);

    public async Task OnGetAsync(CancellationToken cancellationToken) => List = await reader.ReadAsync(cancellationToken);

    public Task<IActionResult> OnPostNotNeededAsync(ChecklistItem item, string? because, CancellationToken cancellationToken) =>
        DoAsync(() => editor.NotNeededAsync(item, because, cancellationToken));

    public Task<IActionResult> OnPostTakeBackAsync(ChecklistItem item, CancellationToken cancellationToken) =>
        DoAsync(() => editor.TakeBackAsync(item, cancellationToken));

    private Task<IActionResult> DoAsync(Func<Task> act) => ActAsync(
        async () =>
        {
            if (!ModelState.IsValid)
                return NotFound(); // no such item
            try
            {
                await act();
            }
            catch (InvalidInputException e)
            {
                TempData.Error(e.Problems.Values.First());
            }

            return RedirectToPage();
        },
        () => RedirectToPage());
}
