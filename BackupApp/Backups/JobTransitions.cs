using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Engines;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace BackupApp.Backups;

/// <summary>
/// What a run does to its job's row: conditional UPDATEs with their audit entries, by the database's clock. No row changed means that somebody
/// else decided. See <see cref="ConditionalChanges"/> for what happens while the database is away.
/// </summary>
public sealed class JobTransitions(ConditionalChanges decisions, IOptions<BackupOptions> options)
{
    /// <summary>
    /// Takes a queued job for this run, and writes down the key of its object where it is known: that of one database. Null when it is not queued any more, or when the limits are full: then it
    /// is parked until a job that finishes sends it again.
    /// </summary>
    public async Task<ClaimedJob?> ClaimAsync(Guid jobId, Func<Engine, string> extension, CancellationToken cancellationToken)
    {
        var workerId = Guid.CreateVersion7();
        ClaimedJob? claimed = null;
        var decided = await decisions.TryAsync(
            async (db, audit) =>
            {
                claimed = null;
                await ClaimLimits.LockAsync(db, cancellationToken);
                var rows = await ClaimLimits.WithPlace(db.Queued(jobId), db, options.Value).ExecuteUpdateAsync(
                    set => set.SetProperty(j => j.Status, BackupStatus.Running)
                        .SetProperty(j => j.WorkerId, workerId)
                        .SetProperty(j => j.WorkerName, $"{Environment.MachineName}/{Environment.ProcessId}")
                        .SetProperty(j => j.ParkedAt, (DateTimeOffset?)null)
                        .SetProperty(j => j.StartedAt, _ => DateTimeOffset.UtcNow)
                        .SetProperty(j => j.HeartbeatAt, _ => DateTimeOffset.UtcNow),
                    cancellationToken);
                if (rows == 0)
                    return await db.Queued(jobId).ExecuteUpdateAsync(set => set.SetProperty(j => j.ParkedAt, _ => DateTimeOffset.UtcNow), cancellationToken) == 1;

                claimed = await PrepareAsync(db, jobId, workerId, extension, cancellationToken);
                audit.Record(AuditActions.BackupStarted, claimed.Job.ToAuditTarget(), new { worker = claimed.Job.WorkerName, keys = claimed.Artifacts.Select(a => a.Key) });
                await db.SaveChangesAsync(cancellationToken);
                return true;
            },
            db => db.Job(jobId).AnyAsync(j => j.WorkerId == workerId, cancellationToken),
            cancellationToken);
        return decided ? claimed : null;
    }

    private static async Task<ClaimedJob> PrepareAsync(AppDbContext db, Guid jobId, Guid workerId, Func<Engine, string> extension, CancellationToken cancellationToken)
    {
        var job = await db.Job(jobId).AsNoTracking().SingleAsync(cancellationToken);
        var source = await SourceAsync(db, job, cancellationToken);
        var destination = await DestinationAsync(db, job, cancellationToken);
        if (source.Selection.Scope == SourceScope.Server)
            return new ClaimedJob(job, source, destination, [], workerId);

        var key = ObjectNames.Key(source.Name, source.Database, job.StartedAt!.Value, jobId, ObjectNames.Extension(extension(source.Engine), job.CompressionLevel is not null));
        var artifact = BackupArtifact.Create(jobId, 0, new DumpTarget(ArtifactKind.Database, source.Database), destination.Bucket, key);
        db.Add(artifact);
        return new ClaimedJob(job, source, destination, [artifact], workerId);
    }

    /// <summary>Takes a running job away from a worker that shows no sign of life. Null when it has shown one, or somebody else took it.</summary>
    public async Task<ClaimedJob?> TakeOverAsync(Guid jobId, TimeSpan silence, CancellationToken cancellationToken)
    {
        var reaperId = Guid.CreateVersion7();
        ClaimedJob? taken = null;
        await decisions.TryAsync(
            async (db, _) => await db.Job(jobId)
                .Where(j => j.Status == BackupStatus.Running && j.HeartbeatAt < DateTimeOffset.UtcNow - silence)
                .ExecuteUpdateAsync(
                    set => set.SetProperty(j => j.WorkerId, reaperId)
                        .SetProperty(j => j.HeartbeatAt, _ => DateTimeOffset.UtcNow)
                        .SetProperty(j => j.ReapedAt, j => j.ReapedAt ?? DateTimeOffset.UtcNow),
                    cancellationToken) == 1,
            db => db.Job(jobId).AnyAsync(j => j.WorkerId == reaperId, cancellationToken),
            cancellationToken);
        await decisions.ReadAsync(async db =>
        {
            var job = await db.Job(jobId).AsNoTracking().Include(j => j.Artifacts).SingleAsync(cancellationToken);
            if (job.WorkerId == reaperId)
                taken = new ClaimedJob(job, await SourceAsync(db, job, cancellationToken), await DestinationAsync(db, job, cancellationToken), [.. job.Artifacts.OrderBy(a => a.Position)], reaperId);
            return taken;
        });
        return taken;
    }

    public Task<bool> ConnectedAsync(ClaimedJob job, ServerInfo server, CancellationToken cancellationToken) => decisions.TryAsync(
        async (db, _) => await db.Mine(job).ExecuteUpdateAsync(
            set => set.SetProperty(j => j.ServerVersion, server.Version)
                .SetProperty(j => j.ConnectionEncrypted, server.Encrypted)
                .SetProperty(j => j.ConnectionVerified, server.Verified),
            cancellationToken) == 1,
        db => db.Mine(job).AnyAsync(j => j.ServerVersion == server.Version, cancellationToken),
        cancellationToken);

    /// <summary>Shows that the run is alive. Null when the job is not this run's any more, else whether somebody asked to cancel it.</summary>
    public async Task<bool?> HeartbeatAsync(ClaimedJob job, long bytesRead, long bytesStored, bool waitsForMemory, CancellationToken cancellationToken)
    {
        var answer = await decisions.ReadAsync(db => db.Database.SqlQuery<bool>(
            $"""
            update backup_jobs set heartbeat_at = now(), bytes_read = {bytesRead}, bytes_stored = {bytesStored}, is_waiting_for_memory = {waitsForMemory}
            where id = {job.Id} and status = 'running' and worker_id = {job.WorkerId} returning cancel_requested as "Value"
            """).ToListAsync(cancellationToken));
        return answer.Count == 0 ? null : answer[0];
    }

    /// <summary>Ends the job, and with it those of its artifacts that are not ended, as <paramref name="outcome"/> says. False when it is not this run's any more.</summary>
    /// <param name="left">What became of artifacts that have not ended, where that is not the job's own outcome.</param>
    /// <param name="action">What the audit log calls it; null for the usual word.</param>
    public Task<bool> FinishAsync(
        ClaimedJob job, JobOutcome outcome, RunRecord record, CancellationToken cancellationToken, string? action = null, JobOutcome? left = null)
    {
        var orphanLook = options.Value.OrphanLook;
        var owes = record.OwesManifests && outcome.Status is BackupStatus.Success or BackupStatus.Partial;
        if (!BackupJob.CanMove(BackupStatus.Running, outcome.Status))
            throw new InvalidOperationException($"A running job cannot become {outcome.Status}.");
        return decisions.TryAsync(
            async (db, audit) =>
            {
                var rows = await db.Mine(job).ExecuteUpdateAsync(
                    set => set.SetProperty(j => j.Status, outcome.Status)
                        .SetProperty(j => j.FinishedAt, _ => DateTimeOffset.UtcNow)
                        .SetProperty(j => j.ErrorStage, outcome.Stage)
                        .SetProperty(j => j.ErrorCode, outcome.Code)
                        .SetProperty(j => j.ErrorSummary, outcome.Summary)
                        .SetProperty(j => j.CancelReason, outcome.CancelReason)
                        .SetProperty(j => j.BytesRead, record.BytesRead)
                        .SetProperty(j => j.BytesStored, record.BytesStored)
                        .SetProperty(j => j.ToolLog, record.ToolLog)
                        .SetProperty(j => j.Warning, record.Warning)
                        .SetProperty(j => j.ManifestsDueAt, _ => owes ? DateTimeOffset.UtcNow : (DateTimeOffset?)null),
                    cancellationToken);
                if (rows == 0)
                    return false;

                var word = outcome.Status == BackupStatus.Canceled ? ArtifactStatus.Canceled : ArtifactStatus.Failed;
                await db.ArtifactsOf(job).Where(a => a.Status == ArtifactStatus.Pending || a.Status == ArtifactStatus.Running)
                    .CloseAsync(word, left ?? outcome, orphanLook, cancellationToken);

                var metadata = new { stage = outcome.Stage?.ToSnakeCase(), outcome.Code, outcome.Summary, reason = outcome.CancelReason?.ToSnakeCase(), record.BytesRead, record.BytesStored };
                audit.Record(action ?? Action(outcome.Status), job.Job.ToAuditTarget(), metadata);
                await db.SaveChangesAsync(cancellationToken);
                return true;
            },
            db => db.Job(job.Id).AnyAsync(j => j.WorkerId == job.WorkerId && j.Status == outcome.Status, cancellationToken),
            cancellationToken);
    }

    // One that was deleted since is still needed to say so.
    private static Task<DataSource> SourceAsync(AppDbContext db, BackupJob job, CancellationToken cancellationToken) =>
        db.Set<DataSource>().IgnoreQueryFilters().AsNoTracking().SingleAsync(s => s.Id == job.DataSourceId, cancellationToken);

    private static Task<StorageDestination> DestinationAsync(AppDbContext db, BackupJob job, CancellationToken cancellationToken) =>
        db.Set<StorageDestination>().IgnoreQueryFilters().AsNoTracking().SingleAsync(d => d.Id == job.DestinationId, cancellationToken);

    private static string Action(BackupStatus status) => status switch
    {
        BackupStatus.Failed => AuditActions.BackupFailed,
        BackupStatus.Canceled => AuditActions.BackupCanceled,
        _ => AuditActions.BackupCompleted,
    };
}

/// <summary>What a run leaves on its job whatever its end.</summary>
/// <param name="OwesManifests">Not all that describes the backup is beside it yet.</param>
public sealed record RunRecord(long BytesRead, long BytesStored, string? ToolLog, string? Warning, bool OwesManifests = false);
