using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Errors;
using BackupApp.History;
using BackupApp.Inventories.Changes;
using BackupApp.Policies;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Api;

/// <summary>Backup jobs as the API shows them.</summary>
internal sealed class BackupViews(AppDbContext db, JobHistory history, TimeProvider time)
{
    public async Task<ListPage<BackupResponse>> PageAsync(JobFilter filter, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var page = await history.PageAsync(filter, Requests.Cursors.Read(cursor), null, limit, cancellationToken);
        var ids = page.Rows.Select(r => r.Id).ToList();
        var rows = await OfAsync(db.Set<BackupJob>().Where(j => ids.Contains(j.Id)), cancellationToken);
        var byId = rows.ToDictionary(r => r.JobId);
        return ListPage.Of<BackupResponse>([.. ids.Where(byId.ContainsKey).Select(id => byId[id])], page.Older?.ToString(), time);
    }

    /// <exception cref="NotFoundException"/>
    public async Task<BackupResponse> GetAsync(Guid jobId, CancellationToken cancellationToken) =>
        (await OfAsync(db.Set<BackupJob>().Where(j => j.Id == jobId), cancellationToken)).SingleOrDefault()
        ?? throw new NotFoundException("backup");

    private async Task<List<BackupResponse>> OfAsync(IQueryable<BackupJob> jobs, CancellationToken cancellationToken)
    {
        var rows = await (
            from job in jobs
            join destination in db.Set<StorageDestination>() on job.DestinationId equals destination.Id
            join policy in db.Set<BackupPolicy>() on job.PolicyId equals policy.Id into policies
            from policy in policies.DefaultIfEmpty()
            select new
            {
                job,
                destination.IsManaged,
                destination.Region,
                destination.Encryption,
                KeepDays = (int?)policy.KeepDays,
                Damage = job.DamagedAt == null ? null : job.Artifacts.Where(a => a.Damage != null).Min(a => a.Damage),
                Warnings = db.Set<ContentWarning>().Count(w => w.JobId == job.Id && w.SilencedAt == null),
            })
            .IgnoreQueryFilters().AsNoTracking().ToListAsync(cancellationToken);
        return [.. rows.Select(r => Of(r.job) with
        {
            DestinationIsManaged = r.IsManaged,
            DestinationRegion = r.Region ?? "",
            PolicyEncryption = r.Encryption.ToApi(),
            PolicyRetentionDays = r.KeepDays ?? 0,
            JobOpenWarnings = r.Warnings,
            JobDamage = r.Damage,
        })];
    }

    private static BackupResponse Of(BackupJob job) => new()
    {
        JobId = job.Id,
        JobStatus = job.Status,
        JobTrigger = job.Trigger,
        JobScheduledFor = job.ScheduledFor,
        JobCreatedAt = job.CreatedAt,
        JobStartedAt = job.StartedAt,
        JobFinishedAt = job.FinishedAt,
        JobDurationMs = (long?)job.Duration?.TotalMilliseconds,
        JobBytesRead = job.BytesRead,
        JobBytesWritten = job.BytesStored,
        JobStep = job is { StepName: { } step, StepNumber: { } number, StepTotal: { } total } ? new(step, number, total) : null,
        JobErrorCode = job.ErrorCode,
        JobErrorStage = job.ErrorStage,
        JobErrorSummary = job.ErrorSummary,
        JobWarning = job.Warning,
        JobDamagedAt = job.DamagedAt,
        JobCancelReason = job.CancelReason,
        JobRequestedBy = job.RequestedBy,
        JobToolVersion = job.ToolVersion,
        JobServerVersion = job.ServerVersion,
        JobPinnedAt = job.PinnedAt,
        JobDeletedAt = job.DeletedAt ?? job.DeletionMarkedAt,
        JobExpirationReason = job.DeletionReason,
        DatasourceId = job.DataSourceId,
        DatasourceName = job.DataSourceName,
        DatasourceEngine = job.Engine,
        DestinationId = job.DestinationId,
        DestinationName = job.DestinationName,
        DestinationIsManaged = false,
        DestinationRegion = "",
        PolicyId = job.PolicyId?.ToString() ?? "",
        PolicyName = job.PolicyName ?? "",
        PolicyCompression = job.CompressionLevel is null ? PolicyCompression.None : PolicyCompression.Gzip,
        PolicyEncryption = PolicyEncryption.None,
        PolicyMethod = PolicyMethod.LogicalDump,
        PolicyRetentionDays = 0,
    };
}
