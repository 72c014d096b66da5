using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Engines;
using BackupApp.Engines.Restores;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Restores;

/// <summary>
/// Which backups and databases restores are at work on. An overwrite and a backup of the same database never run at once, whoever
/// comes second waits.
/// </summary>
public sealed class RestoresUnderWay(IServiceScopeFactory scopes) : IRestoresUnderWay
{
    public IQueryable<Guid> HeldBackups(AppDbContext db)
    {
        var active = db.Set<RestoreJob>().Where(r => r.Status == RunStatus.Queued || r.Status == RunStatus.Running);
        return active.Select(r => r.SourceBackupId).Concat(active.Where(r => r.SafetyJobId != null).Select(r => r.SafetyJobId!.Value));
    }

    public async Task<IReadOnlyList<Guid>> BusySourcesAsync(AppDbContext db, CancellationToken cancellationToken)
    {
        var longest = RestoreAftermath.Longest;
        var overwriting = await db.Set<RestoreJob>().AsNoTracking()
            .Where(r => (r.Status == RunStatus.Running && r.Mode == RestoreMode.Overwrite)
                || (r.KeptDatabase != null && r.KeptDroppedAt == null && r.AftermathAt > DateTimeOffset.UtcNow - longest))
            .ToListAsync(cancellationToken);
        return overwriting.Count == 0 ? [] : await SourcesOfAsync(db, overwriting, cancellationToken);
    }

    public Task<bool> IsWayBackAsync(AppDbContext db, Guid backupId, CancellationToken cancellationToken) =>
        db.Set<RestoreJob>().AnyAsync(r => r.SafetyJobId == backupId, cancellationToken);

    public async Task SendParkedAsync()
    {
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<RestoreQueue>().SendParkedAsync();
    }

    /// <summary>Those that have one of these targets for their database, alone or among others of a server.</summary>
    public static async Task<IReadOnlyList<Guid>> SourcesOfAsync(
        AppDbContext db, IReadOnlyList<RestoreJob> targets, CancellationToken cancellationToken)
    {
        var hosts = targets.Select(t => t.TargetHost).Distinct().ToList();
        // Few: those on the same machine.
        var near = await db.Set<DataSource>().AsNoTracking().Where(s => hosts.Contains(s.Host)).ToListAsync(cancellationToken);
        return [.. near.Where(s => targets.Any(t => Has(s, t))).Select(s => s.Id).Concat(targets.Select(t => t.DataSourceId)).Distinct()];
    }

    /// <summary>Those of the rows that may run now. Under the same lock as the claims of backups.</summary>
    internal static async Task<IQueryable<RestoreJob>> WithPlaceAsync(
        AppDbContext db, IQueryable<RestoreJob> queued, CancellationToken cancellationToken)
    {
        await ClaimLimits.LockAsync(db, cancellationToken);
        if (await queued.AsNoTracking().SingleOrDefaultAsync(cancellationToken) is { Mode: RestoreMode.Overwrite } job
            && await FindBackupAsync(db, job, cancellationToken) is not null)
            return queued.Where(_ => false);
        var running = db.Set<RestoreJob>().Where(r => r.Status == RunStatus.Running);
        var active = db.Set<RestoreJob>().Where(r => r.Status == RunStatus.Queued || r.Status == RunStatus.Running);
        var unfinished = db.Set<BackupJob>().Where(b => b.Status == RunStatus.Queued || b.Status == RunStatus.Running);
        return queued.Where(r => !running.Any(
            other => other.TargetHost == r.TargetHost && other.TargetPort == r.TargetPort
                && (other.TargetDatabase == r.TargetDatabase || other.Parts != null || r.Parts != null))
            && !unfinished.Any(backup => backup.Id == r.SafetyJobId)
            && !active.Any(other => r.BatchId != null && other.BatchId == r.BatchId && other.BatchPosition < r.BatchPosition));
    }

    /// <summary>What works on a restore's database right now, with what to do, in sentences; null where nothing does.</summary>
    internal static async Task<string?> FindAtWorkAsync(AppDbContext db, RestoreJob job, CancellationToken cancellationToken)
    {
        if (await FindBackupAsync(db, job, cancellationToken) is { } backup)
            return $"A backup of {backup} is running, and a swap would end its connection. Wait for its end or cancel it, then try again.";
        var isRestored = await db.Set<RestoreJob>().AnyAsync(
            r => r.Status == RunStatus.Running && r.Id != job.Id && r.TargetHost == job.TargetHost && r.TargetPort == job.TargetPort
                && (r.TargetDatabase == job.TargetDatabase || r.Parts != null),
            cancellationToken);
        return isRestored ? $"Another restore into {job.TargetDatabase} is running. Wait for its end or cancel it, then try again." : null;
    }

    // The name of a source whose backup of that database is running; null where none is.
    private static async Task<string?> FindBackupAsync(AppDbContext db, RestoreJob job, CancellationToken cancellationToken)
    {
        var sources = await SourcesOfAsync(db, [job], cancellationToken);
        return await db.Set<BackupJob>().Where(j => j.Status == RunStatus.Running && sources.Contains(j.DataSourceId))
            .Select(j => j.DataSourceName).FirstOrDefaultAsync(cancellationToken);
    }

    private static bool Has(DataSource source, RestoreJob target) =>
        source.Host == target.TargetHost && source.Port == target.TargetPort
        && (source.Selection.Scope == SourceScope.Server || source.Database == target.TargetDatabase);
}
