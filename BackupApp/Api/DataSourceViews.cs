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
        var states = await protection.OfAsync(ids, cancellationToken);
        return
        [
            .. sources.Select<DataSource, DataSourceResponse?>(source =>
            {
                var count = counts.GetValueOrDefault(source.Id);
                var latest = lasts.GetValueOrDefault(source.Id);
                // One that was deleted in between is nobody's worry any more.
                if (!states.TryGetValue(source.Id, out var state))
                    return null;
                return Of(source, state) with
                {
                    LastBackupAt = latest?.FinishedAt,
                    LastBackupSizeBytes = latest?.BytesStored,
                    NextRunAt = state.NextRun,
                    ActiveBackupJobs = count?.Active ?? 0,
                    TotalBackupJobs = count?.Total ?? 0,
                    TotalStoredBytes = withStored ? count?.Stored ?? 0 : null,
                };
            }).OfType<DataSourceResponse>(),
        ];
    }

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
