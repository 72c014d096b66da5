using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Engines;
using BackupApp.Protection;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Api;

/// <summary>Data sources with what their history and schedules say of them.</summary>
internal sealed class DataSourceViews(AppDbContext db, ProtectionReader protection)
{
    public async Task<IReadOnlyList<DataSourceResponse>> OfAsync(
        IReadOnlyList<DataSource> sources, bool withStored, CancellationToken cancellationToken)
    {
        var ids = sources.Select(s => s.Id).ToList();
        var jobs = db.Set<BackupJob>();
        var own = jobs.Where(j => ids.Contains(j.DataSourceId));
        // Of a million jobs an index alone counts them all, another those that are not over; only what is stored needs their rows.
        var totals = await CountAsync(own, cancellationToken);
        var actives = await CountAsync(own.Where(j => j.Status == RunStatus.Queued || j.Status == RunStatus.Running), cancellationToken);
        var stored = withStored
            ? await own.Where(j => (j.Status == RunStatus.Success || j.Status == RunStatus.Partial) && j.DeletionMarkedAt == null)
                .GroupBy(j => j.DataSourceId)
                .Select(g => new { g.Key, Bytes = g.Sum(j => j.BytesStored) })
                .ToDictionaryAsync(g => g.Key, g => g.Bytes, cancellationToken)
            : [];
        // By hand: EF numbers all jobs of all time to find each source's newest.
        var lasts = await db.Database.SqlQuery<LastGood>(
            $"""
            select s.id as DataSourceId, l.finished_at as FinishedAt, l.bytes_stored as BytesStored
            from unnest({ids}) s(id) cross join lateral (
                select j.finished_at, j.bytes_stored from backup_jobs j where j.data_source_id = s.id and j.status = 'success'
                order by j.created_at desc, j.id desc limit 1) l
            """).ToDictionaryAsync(l => l.DataSourceId, cancellationToken);
        var states = await protection.OfAsync(ids, cancellationToken);
        return
        [
            .. sources.Select<DataSource, DataSourceResponse?>(source =>
            {
                var latest = lasts.GetValueOrDefault(source.Id);
                // One that was deleted in between is nobody's worry any more.
                if (!states.TryGetValue(source.Id, out var state))
                    return null;
                return Of(source, state) with
                {
                    LastBackupAt = latest?.FinishedAt,
                    LastBackupSizeBytes = latest?.BytesStored,
                    NextRunAt = state.NextRun,
                    ActiveBackupJobs = actives.GetValueOrDefault(source.Id),
                    TotalBackupJobs = totals.GetValueOrDefault(source.Id),
                    TotalStoredBytes = withStored ? stored.GetValueOrDefault(source.Id) : null,
                };
            }).OfType<DataSourceResponse>(),
        ];
    }

    private static Task<Dictionary<Guid, int>> CountAsync(IQueryable<BackupJob> jobs, CancellationToken cancellationToken) =>
        jobs.GroupBy(j => j.DataSourceId).Select(g => new { g.Key, Count = g.Count() })
            .ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);

    private static DataSourceResponse Of(DataSource source, ProtectedSource state) => new()
    {
        Protection = ProtectionResponse.Of(state.State),
        Labels = source.Labels.Values,
        EffectiveLabels = state.Labels,
        PausedUntil = source.PausedUntil,
        PauseReason = source.PauseReason,
        Id = source.Id,
        OrganizationId = Organization.Id,
        Name = source.Name,
        Engine = source.Engine,
        Environment = source.Environment,
        IsActive = source.IsActive,
        Scope = source.Selection.Scope,
        Selection = SelectionResponse.Of(source.Selection),
        HasCredentials = source.HasCredentials,
        HasRestoreLogin = source.HasRestoreLogin,
        RestoreReadiness = RestoreReadinessResponse.Of(source.RestoreReadiness),
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

    private sealed record LastGood(Guid DataSourceId, DateTimeOffset? FinishedAt, long BytesStored);
}
