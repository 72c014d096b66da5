using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.History;

/// <summary>One line of the history.</summary>
public sealed record JobRow(
    Guid Id,
    RunStatus Status,
    BackupTrigger Trigger,
    Guid DataSourceId,
    string DataSourceName,
    string DestinationName,
    DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt,
    long BytesRead,
    long BytesStored,
    string? ErrorSummary,
    DateTimeOffset? PinnedAt,
    DateTimeOffset? DeletionMarkedAt,
    DeletionReason? DeletionReason,
    int StoredArtifacts,
    bool DeletionFailed)
{
    public TimeSpan? Duration => FinishedAt - StartedAt;

    /// <summary>Null where nothing came to be stored: of a failed or canceled backup there is nothing, whatever had been sent.</summary>
    public long? Stored => Status is RunStatus.Failed or RunStatus.Canceled or RunStatus.Queued || BytesStored == 0 ? null : BytesStored;

    public bool CanDownload => Status is RunStatus.Success or RunStatus.Partial && DeletionMarkedAt is null;
}

/// <summary>What of a job its history can be sorted by, besides time.</summary>
public enum JobMeasure
{
    Took,
    Stored,
}

/// <summary>Which jobs to show; null members do not limit them.</summary>
/// <param name="From">Created at or after.</param>
/// <param name="Until">Created before.</param>
/// <param name="Stored">Only backups that have not been deleted.</param>
public sealed record JobFilter(
    Guid? DataSourceId = null,
    RunStatus? Status = null,
    BackupTrigger? Trigger = null,
    Guid? PolicyId = null,
    DateTimeOffset? From = null,
    DateTimeOffset? Until = null,
    Guid? DestinationId = null, bool Stored = false)
{
    /// <summary>Any of these; empty does not limit it.</summary>
    public IReadOnlyList<Guid> DataSourceIds { get; init; } = [];

    /// <summary>For <see cref="DataSourceIds"/>: of none of them there is no job.</summary>
    public static IReadOnlyList<Guid> Among(IReadOnlyList<Guid> sources) => sources.Count == 0 ? [Guid.Empty] : sources;
}

/// <summary>Reads the history, newest first, page by page along its index.</summary>
public sealed class JobHistory(AppDbContext db)
{
    public const int PageSize = 25;

    /// <summary>So many of the newest are sorted by what is no index of theirs.</summary>
    public const int MostSorted = 10_000;

    /// <param name="after">Older than this.</param>
    /// <param name="before">Newer than this; at most one of the two.</param>
    public Task<RunPage<JobRow>> PageAsync(
        JobFilter filter,
        KeysetCursor? after,
        KeysetCursor? before,
        int size,
        CancellationToken cancellationToken,
        bool oldestFirst = false) =>
        Filter(Jobs, filter).PageAsync(Project, Cursor, after, before, size, cancellationToken, oldestFirst);

    /// <summary>
    /// By how much they stored or how long they took, among the newest <see cref="MostSorted"/> that fit: more would have to be read whole,
    /// for each page again.
    /// </summary>
    /// <param name="skip">Rows of the pages before. 0 or more.</param>
    /// <param name="take">At least 1.</param>
    public async Task<IReadOnlyList<JobRow>> SortedAsync(
        JobFilter filter, JobMeasure by, bool descending, int skip, int take, CancellationToken cancellationToken)
    {
        var newest = Filter(Jobs, filter).OrderByDescending(j => j.CreatedAt).ThenByDescending(j => j.Id).Take(MostSorted);
        // What has no figure comes last, whatever the direction.
        var measured = by == JobMeasure.Took
            ? newest.OrderBy(j => j.FinishedAt == null || j.StartedAt == null)
            : newest.OrderBy(j => j.Status == RunStatus.Failed || j.Status == RunStatus.Canceled || j.BytesStored == 0);
        var sorted = (by, descending) switch
        {
            (JobMeasure.Took, true) => measured.ThenByDescending(j => j.FinishedAt - j.StartedAt),
            (JobMeasure.Took, false) => measured.ThenBy(j => j.FinishedAt - j.StartedAt),
            (_, true) => measured.ThenByDescending(j => j.BytesStored),
            _ => measured.ThenBy(j => j.BytesStored),
        };
        return await Project(sorted.ThenByDescending(j => j.CreatedAt).ThenByDescending(j => j.Id).Skip(skip).Take(take))
            .ToListAsync(cancellationToken);
    }

    /// <summary>All that fit, the newest first, as they are read: for a file.</summary>
    /// <param name="most">At least 1.</param>
    public IAsyncEnumerable<JobRow> AllAsync(JobFilter filter, int most) =>
        Project(Filter(Jobs, filter).OrderByDescending(j => j.CreatedAt).ThenByDescending(j => j.Id).Take(most)).AsAsyncEnumerable();

    private IQueryable<BackupJob> Jobs => db.Set<BackupJob>().AsNoTracking();

    private static IQueryable<BackupJob> Filter(IQueryable<BackupJob> jobs, JobFilter filter)
    {
        if (filter.DataSourceId is { } source)
            jobs = jobs.Where(j => j.DataSourceId == source);
        if (filter.DataSourceIds.Count > 0)
            jobs = jobs.Where(j => filter.DataSourceIds.Contains(j.DataSourceId));
        if (filter.Status is { } status)
            jobs = jobs.Where(j => j.Status == status);
        if (filter.Trigger is { } trigger)
            jobs = jobs.Where(j => j.Trigger == trigger);
        if (filter.PolicyId is { } policy)
            jobs = jobs.Where(j => j.PolicyId == policy);
        if (filter.DestinationId is { } destination)
            jobs = jobs.Where(j => j.DestinationId == destination);
        if (filter.Stored)
            jobs = jobs.Stored();
        if (filter.From is { } from)
            jobs = jobs.Where(j => j.CreatedAt >= from);
        return filter.Until is { } until ? jobs.Where(j => j.CreatedAt < until) : jobs;
    }

    private static KeysetCursor Cursor(JobRow row) => new(row.CreatedAt, row.Id);

    private static IQueryable<JobRow> Project(IQueryable<BackupJob> jobs) => jobs.Select(j => new JobRow(
        j.Id,
        j.Status,
        j.Trigger,
        j.DataSourceId,
        j.DataSourceName,
        j.DestinationName,
        j.CreatedAt,
        j.StartedAt,
        j.FinishedAt,
        j.BytesRead,
        j.BytesStored,
        j.ErrorSummary,
        j.PinnedAt, j.DeletionMarkedAt, j.DeletionReason, j.Artifacts.Count(a => a.Copy.StoredAt != null), j.DeletionError != null));
}
