using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.History;
using BackupApp.Pages.Policies;
using BackupApp.Pages.Ui;
using BackupApp.Policies;
using BackupApp.Protection;
using BackupApp.Restores;
using BackupApp.Runs;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.DataSources;

public sealed class DetailsModel(
    AppDbContext db,
    JobHistory history,
    RestoreHistory restores,
    RunNow runNow,
    RunPolicyNow runPolicy,
    PauseDataSource pause,
    DataSourceEditor editor,
    PolicyAttachments attachments,
    ProtectionReader protection,
    TimeProvider time)
    : FeaturePage
{
    private const int RestoresShown = 5;

    private static readonly TimeSpan GapsShown = TimeSpan.FromDays(7);

    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    [BindProperty]
    public Guid? DestinationId { get; set; }

    [BindProperty]
    public Guid? PolicyId { get; set; }

    /// <summary>Its state; null only for one that was deleted in this moment.</summary>
    public ProtectedSource? Protected { get; private set; }

    public AttachmentList Attachments { get; private set; } = null!;

    public DataSource Source { get; private set; } = null!;

    /// <summary>Runs of the last days that did not take place.</summary>
    public IReadOnlyList<ScheduleGap> Gaps { get; private set; } = [];

    /// <summary>Its policies by which nothing runs.</summary>
    public IReadOnlyList<UnreadSchedule> Unread { get; private set; } = [];

    public RunPage<JobRow> Jobs { get; private set; } = new([], null, null);

    /// <summary>The last few.</summary>
    public IReadOnlyList<RestoreRow> Restores { get; private set; } = [];

    public IReadOnlyList<SelectListItem> Destinations { get; private set; } = [];

    public bool HasActiveJobs => Jobs.Rows.Any(j => j.Status is RunStatus.Queued or RunStatus.Running);

    public async Task<IActionResult> OnGetAsync(string? after, string? before, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(after, before, cancellationToken))
            return await HistoryOfDeletedAsync(cancellationToken);
        Protected = (await protection.OfAsync([Id], cancellationToken)).GetValueOrDefault(Id);
        Gaps = await ScheduleGaps.OfSourceAsync(db, Id, time.GetUtcNow() - GapsShown, cancellationToken);
        Restores = (await restores.PageAsync(Id, RestoreTrigger.Manual, null, null, RestoresShown, cancellationToken)).Rows;
        Unread = await UnreadSchedule.FindAsync(db, Id, cancellationToken);
        Attachments = await AttachmentList.LoadAsync(attachments, Id, Source.IsActive, cancellationToken);
        Destinations = await db.Set<StorageDestination>()
            .OrderByDescending(d => d.IsManaged).ThenBy(d => d.Name)
            .Select(d => new SelectListItem(d.Name, d.Id.ToString()))
            .ToListAsync(cancellationToken);
        return Page();
    }

    /// <summary>The history alone, while something runs.</summary>
    public async Task<IActionResult> OnGetHistoryAsync(string? after, string? before, CancellationToken cancellationToken) =>
        await LoadAsync(after, before, cancellationToken) ? Partial("_History", this) : NotFound();

    public Task<IActionResult> OnPostRunNowAsync(CancellationToken cancellationToken) => ActAsync(
        async () => RedirectToPage("/Jobs/Details", new { id = await runNow.RunAsync(Id, DestinationId, cancellationToken) }),
        Back);

    public Task<IActionResult> OnPostRunPolicyAsync(CancellationToken cancellationToken) => ActAsync(
        async () => RedirectToPage("/Jobs/Details", new { id = await runPolicy.RunAsync(Id, PolicyId, cancellationToken) }),
        Back);

    public Task<IActionResult> OnPostTestAsync(CancellationToken cancellationToken) => ActAsync(
        async () =>
        {
            var result = await editor.TestAsync(Id, cancellationToken);
            if (result.Ok)
                TempData.Success(result.Message);
            return Back();
        },
        Back);

    /// <param name="hours">Of a pause; 0 until somebody resumes it.</param>
    /// <param name="why">Of a pause.</param>
    public Task<IActionResult> OnPostSetActiveAsync(bool active, int hours, string? why, CancellationToken cancellationToken) => ActAsync(
        async () =>
        {
            if (active)
                await pause.ResumeAsync(Id, cancellationToken);
            else
                await pause.PauseAsync(Id, PauseTerms.OfForm(hours, why, time.GetUtcNow()), cancellationToken);
            if (active)
                TempData.Success("Resumed.");
            return Back();
        },
        Back);

    // What is left of a deleted source is its history, and links to it are everywhere in there.
    private async Task<IActionResult> HistoryOfDeletedAsync(CancellationToken cancellationToken) =>
        await db.Set<DataSource>().IgnoreQueryFilters().AnyAsync(s => s.Id == Id, cancellationToken)
            ? RedirectToPage("/Jobs/Index", new { source = Id, id = (Guid?)null })
            : NotFound();

    private async Task<bool> LoadAsync(string? after, string? before, CancellationToken cancellationToken)
    {
        var source = await db.Set<DataSource>().AsNoTracking().SingleOrDefaultAsync(s => s.Id == Id, cancellationToken);
        if (source is null)
            return false;
        Source = source;
        Jobs = await history.PageAsync(
            new JobFilter(Id),
            KeysetCursor.Parse(after),
            KeysetCursor.Parse(before),
            JobHistory.PageSize,
            cancellationToken);
        return true;
    }

    private RedirectToPageResult Back() => RedirectToPage(new { Id });
}
