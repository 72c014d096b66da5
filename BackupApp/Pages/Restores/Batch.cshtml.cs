using BackupApp.Pages.Ui;
using BackupApp.Restores;
using BackupApp.Restores.Batches;
using Microsoft.AspNetCore.Mvc;

namespace BackupApp.Pages.Restores;

/// <summary>Restores that were asked for together: how all of them go.</summary>
public sealed class BatchModel(BatchReader batches, CancelRestore cancel) : FeaturePage
{
    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    public RestoreBatch Batch { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) =>
        await LoadAsync(cancellationToken) ? Page() : NotFound();

    /// <summary>The part that changes while they run.</summary>
    public async Task<IActionResult> OnGetLiveAsync(CancellationToken cancellationToken) =>
        await LoadAsync(cancellationToken) ? Partial("_Batch", this) : NotFound();

    public Task<IActionResult> OnPostCancelAsync(CancellationToken cancellationToken) => ActAsync(
        async () =>
        {
            var canceled = await cancel.RestOfBatchAsync(Id, cancellationToken);
            TempData.Success(canceled == 1 ? "1 restore is canceled." : $"{canceled} restores are canceled.");
            return Back();
        },
        Back);

    private async Task<bool> LoadAsync(CancellationToken cancellationToken)
    {
        if (await batches.ReadAsync(Id, cancellationToken) is not { } batch)
            return false;
        Batch = batch;
        return true;
    }

    private RedirectToPageResult Back() => RedirectToPage(new { Id });
}
