using System.Text;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Engines;
using BackupApp.History;
using BackupApp.Inventories.Changes;
using BackupApp.Inventories.Kept;
using BackupApp.Inventories.Queries;
using BackupApp.Pages.Ui;
using BackupApp.Policies;
using BackupApp.Retention;
using BackupApp.Runs;
using BackupApp.Stored;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.Jobs;

public sealed class DetailsModel(
    AppDbContext db,
    CancelBackup cancel,
    DeleteBackup delete,
    PinBackup pin,
    RunAgain again,
    JobContents contents,
    JobChanges changes,
    ExpiryReader expiry,
    RunRates rates,
    EngineCatalog engines,
    TimeProvider time)
    : FeaturePage
{
    private const int ShownChanges = 10;

    private SourceNow? _source;

    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    public BackupJob Job { get; private set; } = null!;

    /// <summary>What was read of its artifacts.</summary>
    public IReadOnlyList<KeptInventory> Contents { get; private set; } = [];

    /// <summary>The tables of all artifacts that changed most.</summary>
    public LargestChanges Changes { get; private set; } = new([], 0);

    public IReadOnlyList<ContentWarning> Warnings { get; private set; } = [];

    /// <summary>The one artifact of a job that has no others.</summary>
    public BackupArtifact? Artifact => Job.Artifacts is [var only] ? only : null;

    /// <summary>Of a whole server, in the order in which they are dumped.</summary>
    public IReadOnlyList<BackupArtifact> Parts => Job.Artifacts.Count > 1 ? [.. Job.Artifacts.OrderBy(a => a.Position)] : [];

    public bool CanDownload => Artifact is not null && CanDownloadPart(Artifact);

    public bool CanDownloadPart(BackupArtifact artifact) => Job.HasBackup && artifact.Copy.StoredAt is not null;

    /// <summary>The page follows the job until it has ended, and its deletion until that is done.</summary>
    public bool IsChanging => Job.IsActive || (Job.DeletionMarkedAt is not null && Job.DeletedAt is null && Job.DeletionError is null);

    public TimeSpan? Elapsed => Job.StartedAt is { } started ? (Job.FinishedAt ?? time.GetUtcNow()) - started : null;

    /// <summary>Bytes a second that the tool gave: in the last seconds while it runs, else over the whole run.</summary>
    public double? Rate { get; private set; }

    /// <summary>By what was expected, which the database may have outgrown: null once it is passed.</summary>
    public TimeSpan? Remaining =>
        Job.Status == RunStatus.Running && Rate is > 0 and var rate && Job.ExpectedBytes is { } expected && expected > Job.BytesRead
            ? TimeSpan.FromSeconds((expected - Job.BytesRead) / rate)
            : null;

    /// <summary>What is to be known besides the notes of its parts, which stand beside them; null for nothing.</summary>
    public string? OtherWarning
    {
        get
        {
            var notes = Parts.SelectMany(p => p.Notes.Select(note => $"{p.ShownDatabase}: {note}"));
            var rest = notes.Aggregate(Job.Warning ?? "", (text, note) => text.Replace(note, "", StringComparison.Ordinal)).Trim();
            return rest.Length == 0 ? null : rest;
        }
    }

    /// <summary>When and why it goes; null where there is nothing to go.</summary>
    public ExpiryOutlook? Expiry { get; private set; }

    public JobNeighbours Neighbours { get; private set; } = new(null, null);

    /// <summary>The data source is there still.</summary>
    public bool HasSource => _source is not null;

    public bool CanRunAgain => !Job.IsActive && _source is { CanRun: true };

    /// <summary>Of a job that failed as one.</summary>
    public MissingPart Failure => MissingPart.OfJob(Job, _source?.Username);

    /// <summary>Parts that are not there.</summary>
    public IReadOnlyList<MissingPart> Missing => MissingPart.Of(Job, _source?.Username);

    public string? RestoreCommand => Artifact is { Copy.StoredAt: not null } artifact ? RestoreStepsOf(artifact)[0].Command : null;

    /// <summary>There is a script that restores all parts.</summary>
    public bool HasScript => Job.HasBackup && RunScript.Of(Job, Engine) is not null;

    public string RestoreAdvice => Engine.RestoreAdvice;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (!await LoadWithContentsAsync(cancellationToken))
            return NotFound();
        Neighbours = await JobNeighbours.OfAsync(db, Job, cancellationToken);
        return Page();
    }

    /// <summary>The part that changes while the job runs.</summary>
    public async Task<IActionResult> OnGetLiveAsync(CancellationToken cancellationToken) =>
        await LoadWithContentsAsync(cancellationToken) ? Partial("_Live", this) : NotFound();

    public async Task<IActionResult> OnGetStatusAsync(CancellationToken cancellationToken) => await LoadAsync(cancellationToken)
        ? new JsonResult(new
        {
            status = Job.Status.ToSnakeCase(),
            bytesRead = Job.BytesRead,
            bytesStored = Job.BytesStored,
            durationMs = (long?)Elapsed?.TotalMilliseconds,
            errorSummary = Job.ErrorSummary,
            restoreCommand = RestoreCommand,
        })
        : NotFound();

    /// <summary>The script that restores all parts; the same that lies beside them.</summary>
    public async Task<IActionResult> OnGetScriptAsync(CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken) || !Job.HasBackup || RunScript.Of(Job, Engine) is not { } script)
            return NotFound();
        return File(Encoding.UTF8.GetBytes(script), RunScript.ContentType, ObjectNames.ScriptFileName(Job.Artifacts[0].Copy.Key));
    }

    public Task<IActionResult> OnPostCancelAsync(CancellationToken cancellationToken) => ActAsync(
        async () =>
        {
            await cancel.RunAsync(Id, cancellationToken);
            TempData.Success("Canceling: the tool is ended and its upload removed.");
            return Back();
        },
        Back);

    public Task<IActionResult> OnPostRunAgainAsync(CancellationToken cancellationToken) => ActAsync(
        async () => RedirectToPage(new { id = await again.RunAsync(Id, cancellationToken) }),
        Back);

    public Task<IActionResult> OnPostDeleteAsync(CancellationToken cancellationToken) => ActAsync(
        async () =>
        {
            await delete.RunAsync(Id, cancellationToken);
            TempData.Success("The backup is being deleted. The job stays in the history.");
            return Back();
        },
        Back);

    public Task<IActionResult> OnPostPinAsync(bool pinned, CancellationToken cancellationToken) => ActAsync(
        async () =>
        {
            await pin.RunAsync(Id, pinned, cancellationToken);
            TempData.Success(pinned ? "Pinned: retention never removes this backup." : "Unpinned: retention decides again.");
            return Back();
        },
        Back);

    private IEngine Engine => engines.Of(Job.Engine);

    public IReadOnlyList<RestoreStep> RestoreStepsOf(BackupArtifact artifact) =>
        Engine.RestoreSteps(artifact.File, artifact.Target, artifact.Traits);

    private async Task<bool> LoadWithContentsAsync(CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
            return false;
        Rate = RateNow();
        _source = await db.Set<DataSource>().Where(s => s.Id == Job.DataSourceId)
            .Select(s => new SourceNow(s.Username, s.IsActive && s.SecretsCipher.Length > 0))
            .SingleOrDefaultAsync(cancellationToken);
        if (Job.IsActive)
            return true;
        Expiry = await expiry.OfAsync(Job, cancellationToken);
        Contents = await contents.PartsAsync(Id, cancellationToken);
        Warnings = await changes.WarningsAsync(Id, cancellationToken);
        if (Contents.Any(c => c.Figures is not null))
            Changes = await changes.LargestAsync(Id, ShownChanges, cancellationToken);
        return true;
    }

    private async Task<bool> LoadAsync(CancellationToken cancellationToken)
    {
        var job = await db.Set<BackupJob>()
            .AsNoTracking()
            .Include(j => j.Artifacts)
            .SingleOrDefaultAsync(j => j.Id == Id, cancellationToken);
        if (job is null)
            return false;
        Job = job;
        return true;
    }

    // The first look at a run has nothing to compare with.
    private double? RateNow()
    {
        var recent = Job is { Status: RunStatus.Running, HeartbeatAt: { } beat } ? rates.Of(Id, beat, Job.BytesRead) : null;
        return recent ?? (Elapsed is { TotalSeconds: > 0.5 } elapsed && Job.BytesRead > 0 ? Job.BytesRead / elapsed.TotalSeconds : null);
    }

    /// <param name="CanRun">A backup can be asked for.</param>
    private sealed record SourceNow(string Username, bool CanRun);

    private RedirectToPageResult Back() => RedirectToPage(new { Id });
}
