using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Engines;
using BackupApp.Engines.Restores;
using BackupApp.Inventories.Queries;
using BackupApp.Policies;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Protection;

/// <summary>
/// Reads the facts of sources and reckons their states: for pages, the API, metrics and the watch alike. Nothing of it is stored,
/// so that nothing of it can be stale.
/// </summary>
public sealed class ProtectionReader(AppDbContext db, SourceRisks risks, JobChanges contents, TimeProvider time)
{
    /// <summary>Of all sources, worst first.</summary>
    public async Task<IReadOnlyList<ProtectedSource>> AllAsync(CancellationToken cancellationToken) =>
        [.. (await ReadAsync(null, cancellationToken)).OrderBy(s => s.State.Word).ThenBy(s => s.Name, StringComparer.OrdinalIgnoreCase)];

    public async Task<IReadOnlyDictionary<Guid, ProtectedSource>> OfAsync(
        IReadOnlyList<Guid> sources, CancellationToken cancellationToken) =>
        (await ReadAsync(sources, cancellationToken)).ToDictionary(s => s.Id);

    private async Task<IReadOnlyList<ProtectedSource>> ReadAsync(IReadOnlyList<Guid>? only, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var latest = now + ProtectionRule.ClockTolerance;
        var sources = await SourcesAsync(only, cancellationToken);
        var ids = sources.ConvertAll(s => s.Id);
        var goods = (await FactQueries.GoodsAsync(db, ids, latest, cancellationToken)).ToDictionary(g => g.SourceId, g => g.ToRows());
        var since = ids.ConvertAll(id => goods.GetValueOrDefault(id, [])
            .Where(g => g.DamagedAt is null).Select(g => g.FinishedAt).FirstOrDefault(DateTimeOffset.MinValue));
        var broken = goods.Values.SelectMany(g => g).Where(g => g.DamagedAt is not null).Select(g => g.JobId).ToList();
        var damages = broken.Count == 0 ? [] : await FactQueries.DamagesAsync(db, broken, cancellationToken);
        var failed = (await FactQueries.FailedAsync(db, ids, since, cancellationToken)).ToDictionary(f => f.SourceId);
        var schedules = await SchedulesAsync(sources, latest, cancellationToken);
        var promises = await db.Set<SourcePromise>().AsNoTracking().Where(
            p => ids.Contains(p.DataSourceId)).ToDictionaryAsync(p => p.DataSourceId, cancellationToken);
        var servers = sources.Where(s => s.Selection.Scope == SourceScope.Server).Select(s => s.Id).ToList();
        var parts = servers.Count == 0 ? [] : await FactQueries.PartsAsync(db, servers, latest, cancellationToken);
        var partsOf = parts.ToLookup(p => p.SourceId);
        var young = sources.Where(s => s.CreatedAt > now.AddHours(-1)).Select(s => s.Id).ToList();
        var ended = young.Count == 0 ? [] : await FactQueries.EndedAsync(db, young, cancellationToken);
        var bare = ids.FindAll(id => !goods.ContainsKey(id));
        var deleted = bare.Count == 0 ? [] : (await FactQueries.DeletedAsync(db, bare, latest, cancellationToken)).ToDictionary(
            d => d.SourceId, d => d.DeletedAt);
        var dangers = await risks.ReadAsync(cancellationToken);
        var newestJobs = goods.Values.Select(g => g[0].JobId).ToList();
        var warned = await contents.OpenWarningsAsync(newestJobs, cancellationToken);
        return
        [
            .. sources.Select(source =>
            {
                var isServer = source.Selection.Scope == SourceScope.Server;
                var stored = goods.GetValueOrDefault(source.Id, []);
                var good = stored.Where(g => g.DamagedAt is null && (isServer || g.IsWhole)).Select(g => g.ToGood()).ToList();
                var newest = stored.FirstOrDefault(g => isServer || g.IsWhole);
                var facts = new SourceFacts
                {
                    CreatedAt = source.CreatedAt,
                    Pause = source.IsActive ? null : new PauseFacts(
                        source.PausedAt ?? source.UpdatedAt, source.PausedUntil, source.PauseReason ?? ""),
                    MaxAge = promises.GetValueOrDefault(source.Id)?.MaxAge,
                    KeptAge = promises.GetValueOrDefault(source.Id)?.KeptAge,
                    Schedules = [.. schedules[source.Id].Select(s => s.Facts)],
                    Goods = good,
                    Failures = failed.GetValueOrDefault(source.Id)?.ToFailed(),
                    Damage = newest?.ToDamage(damages),
                    LacksCredentials = !source.HasCredentials,
                    NotReady = source.Readiness?.ToFacts(source.Environment),
                    DeletedAt = deleted.TryGetValue(source.Id, out var gone) ? gone : null,
                    HasEndedRun = !young.Contains(source.Id) || ended.Contains(source.Id),
                    Databases = ServerParts.Read([.. partsOf[source.Id]]),
                    Risks =
                    [
                        .. dangers.Of(
                            source,
                            [.. schedules[source.Id].Where(s => s.Facts.IsEnabled).Select(s => UsedPlace(s, schedules[source.Id], stored))],
                            good.FirstOrDefault()),
                        .. SourceRisks.OfContents(newest, newest is null ? 0 : warned.GetValueOrDefault(newest.JobId)),
                    ],
                };
                return new ProtectedSource(
                    source.Id, source.Name, source.Environment, source.IsActive, facts, ProtectionRule.Of(facts, now), now)
                {
                    Engine = source.Engine,
                    Server = $"{source.Host}:{source.Port}",
                    Database = source.Database,
                    Labels = source.Labels.With(schedules[source.Id].Select(s => s.Labels)),
                    Environments =
                    [
                        .. schedules[source.Id].Select(s => s.Environment).OfType<DataSourceEnvironment>().Prepend(source.Environment)
                            .Distinct(),
                    ],
                };
            }),
        ];
    }

    private async Task<List<SourceRow>> SourcesAsync(IReadOnlyList<Guid>? only, CancellationToken cancellationToken)
    {
        var sources = db.Set<DataSource>().AsNoTracking();
        if (only is not null)
            sources = sources.Where(s => only.Contains(s.Id));
        return await sources.Select(s => new SourceRow(
            s.Id, s.Name, s.Environment, s.IsActive, s.CreatedAt, s.ActiveSince, s.UpdatedAt, s.PausedAt, s.PausedUntil, s.PauseReason,
                s.Engine, s.Host, s.Port, s.Database, s.SecretsCipher.Length > 0, s.Selection, s.Labels,
            s.LastTest == null ? null : new TestFacts(s.LastTest.Code == ConnectionTestCode.Ok, s.LastTest.TestedAt, s.LastTest.Message),
            s.RestoreReadiness == null || s.RestoreReadiness.State != ReadyState.NotReady
                ? null
                : new ReadinessRow(
                    s.RestoreReadiness.Since, s.RestoreReadiness.ToDo, s.RestoreReadiness.Reason, s.RestoreReadiness.UsesRestoreLogin)))
            .ToListAsync(cancellationToken);
    }

    private async Task<ILookup<Guid, AttachedSchedule>> SchedulesAsync(
        List<SourceRow> sources, DateTimeOffset latest, CancellationToken cancellationToken)
    {
        var (ids, active) = (sources.ConvertAll(s => s.Id), sources.ToDictionary(s => s.Id, s => s.ActiveSince));
        var attached = await (
            from attachment in db.Set<PolicyAttachment>().AsNoTracking()
            join policy in db.Set<BackupPolicy>() on attachment.PolicyId equals policy.Id
            where ids.Contains(attachment.DataSourceId)
            orderby attachment.Priority descending, attachment.Id
            select new
            {
                attachment.Id,
                attachment.DataSourceId,
                attachment.IsEnabled,
                attachment.CreatedAt,
                attachment.RescheduledAt,
                attachment.ResumedAt,
                attachment.PausedAt,
                attachment.PausedUntil,
                attachment.PauseReason,
                PolicyId = policy.Id,
                policy.Name,
                policy.Cron,
                policy.TimeZone,
                policy.DestinationId,
                policy.Labels,
                policy.Environment,
            }).ToListAsync(cancellationToken);
        var own = (await FactQueries.OwnGoodsAsync(db, attached.ConvertAll(a => a.Id), latest, cancellationToken)).ToDictionary(
            o => o.AttachmentId);
        var read = attached.DistinctBy(a => a.PolicyId).ToDictionary(
            a => a.PolicyId, a => (Schedule: CronSchedule.Read(a.Cron, a.TimeZone, out var wrong), Wrong: wrong));
        return attached.ToLookup(a => a.DataSourceId, a =>
        {
            var (schedule, wrong) = read[a.PolicyId];
            var ownGood = own.GetValueOrDefault(a.Id);
            return new AttachedSchedule(
                new ScheduleFacts(
                    a.PolicyId, a.Name, schedule, wrong.Cron ?? wrong.TimeZone, a.IsEnabled, ownGood?.StartedAt, a.CreatedAt)
                {
                    RescheduledAt = Known(a.RescheduledAt),
                    ResumedAt = Latest(Known(a.ResumedAt), Known(active[a.DataSourceId])),
                    Pause = a.PausedAt is { } since ? new PauseFacts(since, a.PausedUntil, a.PauseReason ?? "") : null,
                },
                a.DestinationId, ownGood, a.Labels, a.Environment);
        });

        // What a clock that was ahead wrote down promises nothing until then.
        DateTimeOffset? Known(DateTimeOffset? at) => at <= latest ? at : null;
    }

    private static DateTimeOffset? Latest(DateTimeOffset? one, DateTimeOffset? other) => one is null || other > one ? other : one;

    // The last ten of a source may all be another policy's, which stores elsewhere.
    private static SourceRisks.UsedPlace UsedPlace(AttachedSchedule used, IEnumerable<AttachedSchedule> all, IEnumerable<GoodRow> stored)
    {
        var there = stored.Where(g => g.DamagedAt is null && g.DestinationId == used.DestinationId)
            .Select(g => (DateTimeOffset?)g.FinishedAt);
        var own = all.Where(a => a.OwnGood?.DestinationId == used.DestinationId).Select(a => a.OwnGood?.FinishedAt);
        return new(used.DestinationId, there.Concat(own).Max());
    }

    private sealed record AttachedSchedule(
        ScheduleFacts Facts, Guid DestinationId, OwnGoodRow? OwnGood, LabelSet Labels, DataSourceEnvironment? Environment);
}

/// <summary>What the facts need of a source's row: neither its secrets nor its connection.</summary>
public sealed record SourceRow(
    Guid Id,
    string Name,
    DataSourceEnvironment Environment,
    bool IsActive,
    DateTimeOffset CreatedAt,
    DateTimeOffset ActiveSince,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? PausedAt,
    DateTimeOffset? PausedUntil,
    string? PauseReason,
    Engine Engine,
    string Host,
    int Port,
    string Database,
    bool HasCredentials,
    DumpSelection Selection,
    LabelSet Labels,
    TestFacts? LastTest,
    ReadinessRow? Readiness = null);

/// <summary>Of a source that is not ready to be restored.</summary>
public sealed record ReadinessRow(DateTimeOffset Since, string? ToDo, string? Reason, bool UsesRestoreLogin)
{
    internal NotReadyFacts ToFacts(DataSourceEnvironment environment) => new(
        $"Not ready to restore: {ToDo}{(UsesRestoreLogin ? "" : ", or add a restore login")}. {Reason}".TrimEnd(),
        Since,
        environment == DataSourceEnvironment.Prod);
}

/// <param name="Message">What it said, as a sentence.</param>
public sealed record TestFacts(bool Ok, DateTimeOffset At, string Message);
