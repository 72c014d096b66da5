using System.Text;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Errors;
using BackupApp.Pages.Ui;
using BackupApp.Restores;
using BackupApp.Runs;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.Restores;

/// <summary>One restore: how it goes, what it came to, and what can be done afterwards.</summary>
public sealed class DetailsModel(
    AppDbContext db, CancelRestore cancel, RestoreAftermath aftermath, UndoBySafety undo, RestoreLogs logs, OverwriteRule rule,
    TimeProvider time) : FeaturePage
{
    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    [BindProperty]
    public AftermathInput Input { get; set; } = new();

    public RestoreJob Job { get; private set; } = null!;

    public bool MayOverwrite => rule.Allows(User);

    /// <summary>A login has to be given, because the one that restored was wiped.</summary>
    public bool AsksForLogin { get; private set; }

    public TimeSpan? Elapsed => Job.StartedAt is { } started ? (Job.FinishedAt ?? time.GetUtcNow()) - started : null;

    /// <summary>Bytes a second that were read from the store.</summary>
    public double? Rate => Elapsed is { TotalSeconds: > 0.5 } elapsed && Job.BytesRead > 0 ? Job.BytesRead / elapsed.TotalSeconds : null;

    /// <summary>Until all is read; indexes may take longer.</summary>
    public TimeSpan? Remaining => Job.Status == RunStatus.Running && Rate is { } rate && Job.ExpectedRead > Job.BytesRead
        ? TimeSpan.FromSeconds((Job.ExpectedRead - Job.BytesRead) / rate)
        : null;

    public int? Percent => Job.ExpectedRead > 0 ? (int)Math.Min(100, Job.BytesRead * 100 / Job.ExpectedRead) : null;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) =>
        await LoadAsync(cancellationToken) ? Page() : NotFound();

    /// <summary>The part that changes while it runs.</summary>
    public async Task<IActionResult> OnGetLiveAsync(CancellationToken cancellationToken) =>
        await LoadAsync(cancellationToken) ? Partial("_Live", this) : NotFound();

    public async Task<IActionResult> OnGetLogAsync(CancellationToken cancellationToken) =>
        await logs.ReadAsync(Id, cancellationToken) is { } log
            ? File(Encoding.UTF8.GetBytes(log.Text), RestoreLog.ContentType, log.FileName)
            : NotFound();

    public Task<IActionResult> OnPostCancelAsync(CancellationToken cancellationToken) => ActAsync(
        async () =>
        {
            await cancel.RunAsync(Id, cancellationToken);
            TempData.Success("Canceling: the tool is ended, and what it made anew is dropped.");
            return Back();
        },
        Back);

    /// <summary>Undoes it, or puts a partial one in its place.</summary>
    public Task<IActionResult> OnPostSwapAsync(CancellationToken cancellationToken) =>
        AfterAsync(() => aftermath.SwapAsync(Id, Input.Confirmation, Input.LoginUri), cancellationToken);

    /// <summary>Restores the backup that was taken before.</summary>
    public async Task<IActionResult> OnPostUndoAsync(CancellationToken cancellationToken)
    {
        var begun = Id;
        var answer = await AfterAsync(
            async () =>
            {
                begun = await undo.RunAsync(Id, Input.Confirmation, Input.LoginUri, cancellationToken);
                return "The backup from before is being restored.";
            },
            cancellationToken);
        return begun == Id ? answer : RedirectToPage(new { Id = begun });
    }

    public Task<IActionResult> OnPostDropAsync(CancellationToken cancellationToken) =>
        AfterAsync(() => aftermath.DropKeptAsync(Id, Input.Confirmation, Input.LoginUri), cancellationToken);

    private async Task<IActionResult> AfterAsync(Func<Task<string>> act, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
            return NotFound();
        if (!MayOverwrite)
            return Forbid();
        try
        {
            TempData.Success(await act());
        }
        catch (InvalidInputException e)
        {
            TempData.Error(string.Join(' ', e.Problems.Values));
        }
        catch (ConflictException e)
        {
            TempData.Error(e.Message);
        }

        return Back();
    }

    private async Task<bool> LoadAsync(CancellationToken cancellationToken)
    {
        var job = await db.Set<RestoreJob>().AsNoTracking().SingleOrDefaultAsync(j => j.Id == Id, cancellationToken);
        if (job is null)
            return false;
        Job = job;
        AsksForLogin = (job.HasKept || job.CanUndoBySafety) && !RestoreTargets.HasStored(
            job,
            await db.Set<DataSource>().IgnoreQueryFilters().AsNoTracking().SingleAsync(s => s.Id == job.DataSourceId, cancellationToken));
        return true;
    }

    private RedirectToPageResult Back() => RedirectToPage(new { Id });

    public sealed class AftermathInput
    {
        public string? Confirmation { get; set; }

        public string? LoginUri { get; set; }
    }
}
