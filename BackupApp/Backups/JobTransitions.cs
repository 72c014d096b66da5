using BackupApp.Audit;
using BackupApp.Backups.Dumps;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Destinations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace BackupApp.Backups;

/// <summary>
/// What a run does to its job's row: conditional UPDATEs with their audit entries, by the database's clock. No row changed means that somebody
/// else decided. See <see cref="Decisions"/> for what happens while the database is away.
/// </summary>
public sealed class JobTransitions(Decisions decisions, IOptions<BackupOptions> options, TimeProvider time)
{
    /// <summary>
    /// Takes a queued job for this run, and writes down the key of its object. Null when it is not queued any more, or when the limits are full: then it
    /// is parked until a job that finishes sends it again.
    /// </summary>
    public async Task<ClaimedJob?> ClaimAsync(Guid jobId, Func<Engine, IDumpTool> tools, CancellationToken cancellationToken)
    {
        var workerId = Guid.CreateVersion7();
        ClaimedJob? claimed = null;
        var decided = await decisions.TryAsync(
            async (db, audit) =>
            {
                claimed = null;
                await ClaimLimits.LockAsync(db, cancellationToken);
                var rows = await ClaimLimits.WithPlace(Queued(db, jobId), db, options.Value).ExecuteUpdateAsync(
                    set => set.SetProperty(j => j.Status, BackupStatus.Running)
                        .SetProperty(j => j.WorkerId, workerId)
                        .SetProperty(j => j.WorkerName, $"{Environment.MachineName}/{Environment.ProcessId}")
                        .SetProperty(j => j.ParkedAt, (DateTimeOffset?)null)
                        .SetProperty(j => j.StartedAt, _ => DateTimeOffset.UtcNow)
                        .SetProperty(j => j.HeartbeatAt, _ => DateTimeOffset.UtcNow),
                    cancellationToken);
                if (rows == 0)
                    return await Queued(db, jobId).ExecuteUpdateAsync(set => set.SetProperty(j => j.ParkedAt, _ => DateTimeOffset.UtcNow), cancellationToken) == 1;

                claimed = await PrepareAsync(db, jobId, workerId, tools, cancellationToken);
                audit.Record(AuditActions.BackupStarted, claimed.Job.ToAuditTarget(), new { worker = claimed.Job.WorkerName, claimed.Artifact.Key });
                await db.SaveChangesAsync(cancellationToken);
                return true;
            },
            db => Jobs(db, jobId).AnyAsync(j => j.WorkerId == workerId, cancellationToken),
            cancellationToken);
        return decided ? claimed : null;
    }

    private async Task<ClaimedJob> PrepareAsync(AppDbContext db, Guid jobId, Guid workerId, Func<Engine, IDumpTool> tools, CancellationToken cancellationToken)
    {
        var job = await Jobs(db, jobId).AsNoTracking().SingleAsync(cancellationToken);
        var source = await SourceAsync(db, job, cancellationToken);
        var destination = await DestinationAsync(db, job, cancellationToken);
        var tool = tools(source.Engine);
        var name = tool.ArtifactName(source);
        var key = ObjectNames.Key(source.Name, name, time.GetUtcNow(), jobId, tool.FileExtension);
        var artifact = BackupArtifact.Create(jobId, name, destination.Bucket, key);
        db.Add(artifact);
        return new ClaimedJob(job, source, destination, artifact, workerId);
    }

    /// <summary>Takes a running job away from a worker that shows no sign of life. Null when it has shown one, or somebody else took it.</summary>
    public async Task<ClaimedJob?> TakeOverAsync(Guid jobId, TimeSpan silence, CancellationToken cancellationToken)
    {
        var reaperId = Guid.CreateVersion7();
        ClaimedJob? taken = null;
        await decisions.TryAsync(
            async (db, _) => await Jobs(db, jobId)
                .Where(j => j.Status == BackupStatus.Running && j.HeartbeatAt < DateTimeOffset.UtcNow - silence)
                .ExecuteUpdateAsync(
                    set => set.SetProperty(j => j.WorkerId, reaperId)
                        .SetProperty(j => j.HeartbeatAt, _ => DateTimeOffset.UtcNow)
                        .SetProperty(j => j.ReapedAt, j => j.ReapedAt ?? DateTimeOffset.UtcNow),
                    cancellationToken) == 1,
            db => Jobs(db, jobId).AnyAsync(j => j.WorkerId == reaperId, cancellationToken),
            cancellationToken);
        await decisions.ReadAsync(async db =>
        {
            var job = await Jobs(db, jobId).AsNoTracking().Include(j => j.Artifacts).SingleAsync(cancellationToken);
            if (job.WorkerId == reaperId)
                taken = new ClaimedJob(job, await SourceAsync(db, job, cancellationToken), await DestinationAsync(db, job, cancellationToken), job.Artifacts[0], reaperId);
            return taken;
        });
        return taken;
    }

    /// <summary>Notes the open upload, so that whoever cleans up knows of it.</summary>
    public Task<bool> UploadOpenedAsync(ClaimedJob job, string uploadId, CancellationToken cancellationToken) => decisions.TryAsync(
        async (db, _) => await Mine(db, job).AnyAsync(cancellationToken)
            && await Artifact(db, job).ExecuteUpdateAsync(set => set.SetProperty(a => a.UploadId, uploadId), cancellationToken) == 1,
        db => Artifact(db, job).AnyAsync(a => a.UploadId == uploadId, cancellationToken),
        cancellationToken);

    public Task<bool> ConnectedAsync(ClaimedJob job, ServerInfo server, string toolVersion, CancellationToken cancellationToken) => decisions.TryAsync(
        async (db, _) => await Mine(db, job).ExecuteUpdateAsync(
            set => set.SetProperty(j => j.ServerVersion, server.Version)
                .SetProperty(j => j.ConnectionEncrypted, server.Encrypted)
                .SetProperty(j => j.ConnectionVerified, server.Verified)
                .SetProperty(j => j.ToolVersion, toolVersion),
            cancellationToken) == 1,
        db => Mine(db, job).AnyAsync(j => j.ToolVersion == toolVersion, cancellationToken),
        cancellationToken);

    /// <summary>Shows that the run is alive. Null when the job is not this run's any more, else whether somebody asked to cancel it.</summary>
    public async Task<bool?> HeartbeatAsync(ClaimedJob job, long bytesRead, long bytesStored, CancellationToken cancellationToken)
    {
        var answer = await decisions.ReadAsync(db => db.Database.SqlQuery<bool>(
            $"""
            update backup_jobs set heartbeat_at = now(), bytes_read = {bytesRead}, bytes_stored = {bytesStored}
            where id = {job.Id} and status = 'running' and worker_id = {job.WorkerId} returning cancel_requested as "Value"
            """).ToListAsync(cancellationToken));
        return answer.Count == 0 ? null : answer[0];
    }

    /// <summary>
    /// The fence before completion: still this run's job, and nobody asked to cancel. True records size, hash and the intent to complete; from
    /// then on a cancel is too late. False: abort the upload.
    /// </summary>
    public Task<bool> SealAsync(ClaimedJob job, long bytesRead, long size, byte[] sha256, CancellationToken cancellationToken) => decisions.TryAsync(
        async (db, _) =>
            await Mine(db, job).Where(j => !j.CancelRequested).ExecuteUpdateAsync(
                set => set.SetProperty(j => j.HeartbeatAt, _ => DateTimeOffset.UtcNow).SetProperty(j => j.BytesRead, bytesRead).SetProperty(j => j.BytesStored, size),
                cancellationToken) == 1
            && await Artifact(db, job).ExecuteUpdateAsync(
                set => set.SetProperty(a => a.SealedAt, _ => DateTimeOffset.UtcNow).SetProperty(a => a.Size, size).SetProperty(a => a.Sha256, sha256),
                cancellationToken) == 1,
        db => Artifact(db, job).AnyAsync(a => a.SealedAt != null, cancellationToken),
        cancellationToken);

    /// <summary>Ends the job as <paramref name="outcome"/> says. False when it is not this run's any more.</summary>
    /// <param name="stored">The completed object; null when there is none.</param>
    /// <param name="action">What the audit log calls it; null for the usual word.</param>
    public Task<bool> FinishAsync(
        ClaimedJob job, JobOutcome outcome, RunRecord record, ObjectInfo? stored, CancellationToken cancellationToken, string? action = null)
    {
        var orphanLook = options.Value.OrphanLook;
        if (!BackupJob.CanMove(BackupStatus.Running, outcome.Status))
            throw new InvalidOperationException($"A running job cannot become {outcome.Status}.");
        return decisions.TryAsync(
            async (db, audit) =>
            {
                var rows = await Mine(db, job).ExecuteUpdateAsync(
                    set => set.SetProperty(j => j.Status, outcome.Status)
                        .SetProperty(j => j.FinishedAt, _ => DateTimeOffset.UtcNow)
                        .SetProperty(j => j.ErrorStage, outcome.Stage)
                        .SetProperty(j => j.ErrorCode, outcome.Code)
                        .SetProperty(j => j.ErrorSummary, outcome.Summary)
                        .SetProperty(j => j.CancelReason, outcome.CancelReason)
                        .SetProperty(j => j.BytesRead, record.BytesRead)
                        .SetProperty(j => j.BytesStored, record.BytesStored)
                        .SetProperty(j => j.ToolLog, record.ToolLog)
                        .SetProperty(j => j.Warning, record.Warning),
                    cancellationToken);
                if (rows == 0)
                    return false;

                await (stored is null
                    ? Artifact(db, job).ExecuteUpdateAsync(
                        set => set.SetProperty(a => a.UploadId, (string?)null)
                            // Beyond the fence the object may be there: the first look is at once.
                            .SetProperty(a => a.CleanupDueAt, a => a.SealedAt != null ? DateTimeOffset.UtcNow : DateTimeOffset.UtcNow + orphanLook),
                        cancellationToken)
                    : Artifact(db, job).ExecuteUpdateAsync(
                        set => set.SetProperty(a => a.UploadId, (string?)null)
                            .SetProperty(a => a.StoredAt, _ => DateTimeOffset.UtcNow)
                            .SetProperty(a => a.VersionId, stored.VersionId),
                        cancellationToken));

                var metadata = new { stage = outcome.Stage?.ToSnakeCase(), outcome.Code, outcome.Summary, reason = outcome.CancelReason?.ToSnakeCase(), record.BytesRead, record.BytesStored };
                audit.Record(action ?? Action(outcome.Status), job.Job.ToAuditTarget(), metadata);
                await db.SaveChangesAsync(cancellationToken);
                return true;
            },
            db => Jobs(db, job.Id).AnyAsync(j => j.WorkerId == job.WorkerId && j.Status == outcome.Status, cancellationToken),
            cancellationToken);
    }

    // One that was deleted since is still needed to say so.
    private static Task<DataSource> SourceAsync(AppDbContext db, BackupJob job, CancellationToken cancellationToken) =>
        db.Set<DataSource>().IgnoreQueryFilters().AsNoTracking().SingleAsync(s => s.Id == job.DataSourceId, cancellationToken);

    private static Task<StorageDestination> DestinationAsync(AppDbContext db, BackupJob job, CancellationToken cancellationToken) =>
        db.Set<StorageDestination>().IgnoreQueryFilters().AsNoTracking().SingleAsync(d => d.Id == job.DestinationId, cancellationToken);

    private static IQueryable<BackupJob> Jobs(AppDbContext db, Guid id) => db.Set<BackupJob>().Where(j => j.Id == id);

    private static IQueryable<BackupJob> Queued(AppDbContext db, Guid id) => Jobs(db, id).Where(j => j.Status == BackupStatus.Queued);

    private static IQueryable<BackupJob> Mine(AppDbContext db, ClaimedJob job) =>
        Jobs(db, job.Id).Where(j => j.Status == BackupStatus.Running && j.WorkerId == job.WorkerId);

    private static IQueryable<BackupArtifact> Artifact(AppDbContext db, ClaimedJob job) => db.Set<BackupArtifact>().Where(a => a.Id == job.Artifact.Id);

    private static string Action(BackupStatus status) => status switch
    {
        BackupStatus.Failed => AuditActions.BackupFailed,
        BackupStatus.Canceled => AuditActions.BackupCanceled,
        _ => AuditActions.BackupCompleted,
    };
}

/// <summary>What a run leaves on its job whatever its end.</summary>
public sealed record RunRecord(long BytesRead, long BytesStored, string? ToolLog, string? Warning);
