using BackupApp.DataSources;
using BackupApp.Pages.Ui;
using BackupApp.Policies;
using BackupApp.Protection;
using Microsoft.AspNetCore.Mvc;

namespace BackupApp.Pages.Policies;

/// <summary>The buttons of <c>_Attachments.cshtml</c>. It has no page of its own: they go back to the source's settings.</summary>
public sealed class AttachmentsModel(PolicyAttachments attachments, PromiseChanges promises, TimeProvider time) : FeaturePage
{
    [BindProperty(SupportsGet = true)]
    public Guid DataSourceId { get; set; }

    [BindProperty]
    public Guid PolicyId { get; set; }

    public IActionResult OnGet() => Back();

    public Task<IActionResult> OnPostAttachAsync(CancellationToken cancellationToken) => DoAsync(
        "Attached.",
        () => attachments.AttachAsync(DataSourceId, PolicyId, enabled: true, priority: 0, cancellationToken),
        cancellationToken);

    public Task<IActionResult> OnPostDetachAsync(CancellationToken cancellationToken) => DoAsync(
        "Detached. The backups that it made are kept until somebody deletes them.",
        () => attachments.DetachAsync(DataSourceId, PolicyId, cancellationToken), cancellationToken);

    /// <param name="hours">0 until somebody resumes it.</param>
    public Task<IActionResult> OnPostPauseAsync(int hours, string? why, CancellationToken cancellationToken) => ActAsync(
        async () =>
        {
            // The page says it in amber: a pause is no good news.
            var terms = PauseTerms.OfForm(hours, why, time.GetUtcNow());
            var looser = await promises.WatchAsync(
                [DataSourceId], () => attachments.PauseAsync(DataSourceId, PolicyId, terms, cancellationToken), cancellationToken);
            if (looser.Count > 0)
                TempData.Error($"Paused. {string.Join(' ', looser)}");
            return Back();
        },
        Back);

    public Task<IActionResult> OnPostResumeAsync(CancellationToken cancellationToken) => DoAsync(
        "Resumed.", () => attachments.ResumeAsync(DataSourceId, PolicyId, cancellationToken), cancellationToken);

    public Task<IActionResult> OnPostMakeDefaultAsync(CancellationToken cancellationToken) => DoAsync(
        "This policy is now the default for Run now.",
        () => attachments.MakeDefaultAsync(DataSourceId, PolicyId, cancellationToken),
        cancellationToken);

    private Task<IActionResult> DoAsync(string done, Func<Task> act, CancellationToken cancellationToken) => ActAsync(
        async () =>
        {
            // Bad news is not told in green.
            var looser = await promises.WatchAsync([DataSourceId], act, cancellationToken);
            if (looser.Count > 0)
                TempData.Error($"{done} {string.Join(' ', looser)}");
            else
                TempData.Success(done);
            return Back();
        },
        Back);

    private RedirectToPageResult Back() => RedirectToPage("/DataSources/Settings", null, new { id = DataSourceId }, "policies");
}
