using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Engines;
using BackupApp.Policies;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Api;

/// <summary>Data sources with what their history and schedules say of them.</summary>
internal sealed class DataSourceViews(AppDbContext db, TimeProvider time)
{
    public async Task<IReadOnlyList<DataSourceResponse>> OfAsync(
        IReadOnlyList<DataSource> sources, bool withStored, CancellationToken cancellationToken)
    {
        var ids = sources.Select(s => s.Id).ToList();
        var counts = await db.Set<BackupJob>().Where(j => ids.Contains(j.DataSourceId))
            .GroupBy(j => j.DataSourceId)
            .Select(g => new
            {
                g.Key,
                Total = g.Count(),
                Active = g.Count(j => j.Status == RunStatus.Queued || j.Status == RunStatus.Running),
                Stored = g.Sum(j =>
                    (j.Status == RunStatus.Success || j.Status == RunStatus.Partial) && j.DeletionMarkedAt == null ? j.BytesStored : 0),
            })
            .ToDictionaryAsync(g => g.Key, cancellationToken);
        var jobs = db.Set<BackupJob>();
        var last = await db.Set<DataSource>().Where(s => ids.Contains(s.Id))
            .Select(s =>
                jobs.Where(j => j.DataSourceId == s.Id && j.Status == RunStatus.Success)
                    .OrderByDescending(j => j.CreatedAt)
                    .ThenByDescending(j => j.Id)
                    .Select(j => new { j.DataSourceId, j.FinishedAt, j.BytesStored }).FirstOrDefault())
            .ToListAsync(cancellationToken);
        var lasts = last.Where(j => j is not null).ToDictionary(j => j!.DataSourceId);
        var next = await NextRunsAsync(ids, cancellationToken);
        return
        [
            .. sources.Select(source =>
            {
                var count = counts.GetValueOrDefault(source.Id);
                var latest = lasts.GetValueOrDefault(source.Id);
                return Of(source) with
                {
                    LastBackupAt = latest?.FinishedAt,
                    LastBackupSizeBytes = latest?.BytesStored,
                    NextRunAt = source.IsActive && next.TryGetValue(source.Id, out var run) ? run : null,
                    ActiveBackupJobs = count?.Active ?? 0,
                    TotalBackupJobs = count?.Total ?? 0,
                    TotalStoredBytes = withStored ? count?.Stored ?? 0 : null,
                };
            }),
        ];
    }

    private async Task<Dictionary<Guid, DateTimeOffset>> NextRunsAsync(List<Guid> ids, CancellationToken cancellationToken)
    {
        var schedules = await (
            from attachment in db.Set<PolicyAttachment>()
            join policy in db.Set<BackupPolicy>() on attachment.PolicyId equals policy.Id
            where attachment.IsEnabled && ids.Contains(attachment.DataSourceId)
            select new { attachment.DataSourceId, policy.Cron, policy.TimeZone }).ToListAsync(cancellationToken);
        var now = time.GetUtcNow();
        return (
            from schedule in schedules
            let next = Schedule.Read(schedule.Cron, schedule.TimeZone, out _)?.NextRuns(now, 1) is [var run, ..]
                ? run
                : (DateTimeOffset?)null
            where next is not null
            group next.Value by schedule.DataSourceId).ToDictionary(g => g.Key, g => g.Min());
    }

    private static DataSourceResponse Of(DataSource source) => new()
    {
        Id = source.Id,
        OrganizationId = Organization.Id,
        Name = source.Name,
        Engine = source.Engine,
        Environment = source.Environment,
        IsActive = source.IsActive,
        Scope = source.Selection.Scope,
        Selection = SelectionResponse.Of(source.Selection),
        HasCredentials = source.HasCredentials,
        Connection = source.HasCredentials ? ConnectionOf(source) : null,
        CreatedAt = source.CreatedAt,
        UpdatedAt = source.UpdatedAt,
        DetectedEngineVersion = source.LastTest?.ServerVersion,
        DetectedEngineVersionAt = source.LastTest?.ServerVersion is null ? null : source.LastTest.TestedAt,
    };

    private static ConnectionResponse ConnectionOf(DataSource source) =>
        new(source.Host, source.Port, source.Database, source.Username, source.TlsMode.ToSslMode(), source.Parameters)
        {
            ChannelBinding = source.Security.ChannelBinding == ChannelBinding.Prefer ? null : source.Security.ChannelBinding,
            SslNegotiation = source.Security.Negotiation == TlsNegotiation.Postgres ? null : source.Security.Negotiation,
            AuthMechanism = source.Security.Mechanism,
            AuthSource = source.Security.AuthSource,
        };
}
