using System.Globalization;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.History;
using BackupApp.Inventories.Queries;
using BackupApp.Pages.Ui;
using BackupApp.Policies;
using BackupApp.Protection;
using BackupApp.Protection.Board;
using BackupApp.Runs;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.DataSources;

/// <summary>A data source's backups, which is its first page; and what its head's buttons do.</summary>
public sealed class DetailsModel(
    AppDbContext db,
    JobHistory history,
    JobChanges changes,
    RunFigures figures,
    SourceDays sourceDays,
    RunNow runNow,
    RunPolicyNow runPolicy,
    PauseDataSource pause,
    DataSourceEditor editor,
    PolicyAttachments attachments,
    ProtectionReader protection,
    TimeProvider time)
    : FeaturePage
{
    private static readonly TimeSpan GapsShown = TimeSpan.FromDays(7);

    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    [BindProperty]
    public Guid? DestinationId { get; set; }

    [BindProperty]
    public Guid? PolicyId { get; set; }

    /// <summary>Only the runs that were queued on this day, in the viewer's zone.</summary>
    [BindProperty(SupportsGet = true)]
    public DateOnly? Day { get; set; }

    /// <summary>For an address; null for all days.</summary>
    public string? DayKey => Day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public SourceHead Head { get; private set; } = null!;

    public bool HasCredentials { get; private set; }

    public RunPage<JobRow> Jobs { get; private set; } = new([], null, null);

    public IReadOnlyList<RunLine> Lines { get; private set; } = [];

    public SourceCharts Charts { get; private set; } = SourceCharts.Of([]);

    public RunCalendar Calendar { get; private set; } = null!;

    /// <summary>Runs of the last days that did not take place.</summary>
    public IReadOnlyList<ScheduleGap> Gaps { get; private set; } = [];

    /// <summary>Its policies by which nothing runs.</summary>
    public IReadOnlyList<UnreadSchedule> Unread { get; private set; } = [];

    /// <summary>There is more than one run, or day, to compare.</summary>
    public bool ShowsCharts { get; private set; }

    /// <summary>Where the shown page of the history begins; null for the newest.</summary>
    [BindProperty(SupportsGet = true)]
    public string? After { get; set; }

    /// <summary>Where the shown page of the history ends; null unless somebody came back from older ones.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Before { get; set; }

    /// <summary>What begins now would show.</summary>
    public bool IsLive => HasActiveJobs || (Day is null && Jobs.Newer is null);

    public bool HasActiveJobs => Jobs.Rows.Any(j => j.Status is RunStatus.Queued or RunStatus.Running);

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (await SourceHead.ReadAsync(db, protection, attachments, Id, SourceSection.Backups, cancellationToken) is not { } head)
            return await HistoryOfDeletedAsync(cancellationToken);
        Head = head;
        HasCredentials = head.Source.HasCredentials;
        var zone = ViewerZone.Of(HttpContext);
        var today = zone.DayOf(time.GetUtcNow());
        var grid = zone.Days(RunCalendar.FirstDay(today), today);
        Gaps = await ScheduleGaps.OfSourceAsync(db, Id, time.GetUtcNow() - GapsShown, cancellationToken);
        Unread = await UnreadSchedule.FindAsync(db, Id, cancellationToken);
        var days = await figures.DaysAsync(Id, grid, cancellationToken);
        Calendar = RunCalendar.Of(days, await sourceDays.MissedAsync(Id, grid, cancellationToken), grid);
        Charts = SourceCharts.Of(await figures.NewestAsync(Id, SourceCharts.Runs, cancellationToken));
        ShowsCharts = days.Count > 1 || Charts.HasCharts;
        await ReadHistoryAsync(cancellationToken);
        return Page();
    }

    /// <summary>The history alone, while it is looked at.</summary>
    public async Task<IActionResult> OnGetHistoryAsync(CancellationToken cancellationToken)
    {
        if (await db.Set<DataSource>().Where(s => s.Id == Id).Select(s => (bool?)(s.SecretsCipher.Length > 0))
                .SingleOrDefaultAsync(cancellationToken) is not { } hasCredentials)
        {
            return NotFound();
        }

        HasCredentials = hasCredentials;
        await ReadHistoryAsync(cancellationToken);
        return Partial("_History", this);
    }

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
            return RedirectToPage("Settings", new { Id });
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

    private async Task ReadHistoryAsync(CancellationToken cancellationToken)
    {
        var zone = ViewerZone.Of(HttpContext);
        var filter = Day is { } day ? new JobFilter(Id, From: zone.StartOf(day), Until: zone.EndOf(day)) : new JobFilter(Id);
        Jobs = await history.PageAsync(
            filter, KeysetCursor.Parse(After), KeysetCursor.Parse(Before), JobHistory.PageSize, cancellationToken);
        Lines = await RunLines.OfAsync(db, changes, Jobs.Rows, cancellationToken);
    }

    private RedirectToPageResult Back() => RedirectToPage(new { Id });
}
