using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Destinations;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Backups;

/// <summary>
/// Every change of a job's state: one conditional UPDATE, with its audit entry in the same transaction, by the database's clock. No row
/// changed means that somebody else decided. While the database is away they are tried again for minutes; an answer lost at the commit is
/// looked up, not repeated.
/// </summary>
public sealed class JobTransitions(IServiceScopeFactory scopes, TimeProvider time)
{
    /// <summary>Takes a queued job for this run, and writes down the key of its object. Null when it is not queued any more.</summary>
    public async Task<ClaimedJob?> ClaimAsync(Guid jobId, Func<Engine, string> extension, CancellationToken cancellationToken)
    {
        var workerId = Guid.CreateVersion7();
        ClaimedJob? claimed = null;
        var won = await DecideAsync(
            async (db, audit) =>
            {
                var rows = await Jobs(db, jobId).Where(j => j.Status == BackupStatus.Queued).ExecuteUpdateAsync(
                    set => set.SetProperty(j => j.Status, BackupStatus.Running)
                        .SetProperty(j => j.WorkerId, workerId)
                        .SetProperty(j => j.WorkerName, $"{Environment.MachineName}/{Environment.ProcessId}")
                        .SetProperty(j => j.StartedAt, _ => DateTimeOffset.UtcNow)
                        .SetProperty(j => j.HeartbeatAt, _ => DateTimeOffset.UtcNow),
                    cancellationToken);
                if (rows == 0)
                    return false;

                var job = await Jobs(db, jobId).AsNoTracking().SingleAsync(cancellationToken);
                // A source or destination that was deleted since is still needed to say so.
                var source = await db.Set<DataSource>().IgnoreQueryFilters().AsNoTracking().SingleAsync(s => s.Id == job.DataSourceId, cancellationToken);
                var destination = await db.Set<StorageDestination>().IgnoreQueryFilters().AsNoTracking().SingleAsync(d => d.Id == job.DestinationId, cancellationToken);
                var key = ObjectNames.Key(source.Name, source.Database, time.GetUtcNow(), jobId, extension(source.Engine));
                var artifact = BackupArtifact.Create(jobId, source.Database, destination.Bucket, key);
                db.Add(artifact);
                audit.Record(AuditActions.BackupStarted, Target(job), new { worker = job.WorkerName, key });
                await db.SaveChangesAsync(cancellationToken);
                claimed = new ClaimedJob(job, source, destination, artifact, workerId);
                return true;
            },
            db => Jobs(db, jobId).AnyAsync(j => j.WorkerId == workerId, cancellationToken),
            cancellationToken);
        return won ? claimed : null;
    }

    /// <summary>Notes the open upload, so that whoever cleans up knows of it.</summary>
    public Task<bool> UploadOpenedAsync(ClaimedJob job, string uploadId, CancellationToken cancellationToken) => DecideAsync(
        async (db, _) => await Mine(db, job).AnyAsync(cancellationToken)
            && await Artifact(db, job).ExecuteUpdateAsync(set => set.SetProperty(a => a.UploadId, uploadId), cancellationToken) == 1,
        db => Artifact(db, job).AnyAsync(a => a.UploadId == uploadId, cancellationToken),
        cancellationToken);

    public Task<bool> ConnectedAsync(ClaimedJob job, ServerInfo server, string toolVersion, CancellationToken cancellationToken) => DecideAsync(
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
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        var answer = await db.Database.SqlQuery<bool>(
            $"""
            update backup_jobs set heartbeat_at = now(), bytes_read = {bytesRead}, bytes_stored = {bytesStored}
            where id = {job.Id} and status = 'running' and worker_id = {job.WorkerId} returning cancel_requested as "Value"
            """).ToListAsync(cancellationToken);
        return answer.Count == 0 ? null : answer[0];
    }

    /// <summary>
    /// The fence before completion: still this run's job, and nobody asked to cancel. True records size, hash and the intent to complete; from
    /// then on a cancel is too late. False: abort the upload.
    /// </summary>
    public Task<bool> SealAsync(ClaimedJob job, long size, byte[] sha256, CancellationToken cancellationToken) => DecideAsync(
        async (db, _) =>
            await Mine(db, job).Where(j => !j.CancelRequested).ExecuteUpdateAsync(
                set => set.SetProperty(j => j.HeartbeatAt, _ => DateTimeOffset.UtcNow), cancellationToken) == 1
            && await Artifact(db, job).ExecuteUpdateAsync(
                set => set.SetProperty(a => a.SealedAt, _ => DateTimeOffset.UtcNow).SetProperty(a => a.Size, size).SetProperty(a => a.Sha256, sha256),
                cancellationToken) == 1,
        db => Artifact(db, job).AnyAsync(a => a.SealedAt != null, cancellationToken),
        cancellationToken);

    /// <summary>Ends the job as <paramref name="outcome"/> says. False when it is not this run's any more.</summary>
    /// <param name="stored">The completed object; null when there is none.</param>
    public Task<bool> FinishAsync(ClaimedJob job, JobOutcome outcome, RunRecord record, ObjectInfo? stored, CancellationToken cancellationToken)
    {
        if (!BackupJob.CanMove(BackupStatus.Running, outcome.Status))
            throw new InvalidOperationException($"A running job cannot become {outcome.Status}.");
        return DecideAsync(
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

                await Artifact(db, job).ExecuteUpdateAsync(set => set.SetProperty(a => a.UploadId, (string?)null), cancellationToken);
                if (stored is not null)
                {
                    await Artifact(db, job).ExecuteUpdateAsync(
                        set => set.SetProperty(a => a.StoredAt, _ => DateTimeOffset.UtcNow).SetProperty(a => a.VersionId, stored.VersionId), cancellationToken);
                }

                var metadata = new { stage = outcome.Stage?.ToSnakeCase(), outcome.Code, outcome.Summary, reason = outcome.CancelReason?.ToSnakeCase(), record.BytesRead, record.BytesStored };
                audit.Record(Action(outcome.Status), Target(job.Job), metadata);
                await db.SaveChangesAsync(cancellationToken);
                return true;
            },
            db => Jobs(db, job.Id).AnyAsync(j => j.WorkerId == job.WorkerId && j.Status == outcome.Status, cancellationToken),
            cancellationToken);
    }

    private static IQueryable<BackupJob> Jobs(AppDbContext db, Guid id) => db.Set<BackupJob>().Where(j => j.Id == id);

    private static IQueryable<BackupJob> Mine(AppDbContext db, ClaimedJob job) =>
        Jobs(db, job.Id).Where(j => j.Status == BackupStatus.Running && j.WorkerId == job.WorkerId);

    private static IQueryable<BackupArtifact> Artifact(AppDbContext db, ClaimedJob job) => db.Set<BackupArtifact>().Where(a => a.Id == job.Artifact.Id);

    private static AuditTarget Target(BackupJob job) => new("backup_job", job.Id, job.DataSourceName);

    private static string Action(BackupStatus status) => status switch
    {
        BackupStatus.Failed => AuditActions.BackupFailed,
        BackupStatus.Canceled => AuditActions.BackupCanceled,
        _ => AuditActions.BackupCompleted,
    };

    /// <param name="act">True commits, false rolls back.</param>
    /// <param name="happened">Asks whether <paramref name="act"/> took effect, when the commit's answer was lost.</param>
    private async Task<bool> DecideAsync(Func<AppDbContext, AuditLog, Task<bool>> act, Func<AppDbContext, Task<bool>> happened, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        var audit = scope.ServiceProvider.GetRequiredService<AuditLog>();
        var strategy = new PatientStrategy(db);
        return await strategy.ExecuteAsync(
            act,
            async (_, operation, token) =>
            {
                db.ChangeTracker.Clear();
                await using var transaction = await db.Database.BeginTransactionAsync(token);
                var decided = await operation(db, audit);
                if (decided)
                    await transaction.CommitAsync(token);
                return decided;
            },
            async (_, _, _) => new(await happened(db), true),
            cancellationToken);
    }
}

/// <summary>What a run leaves on its job whatever its end.</summary>
public sealed record RunRecord(long BytesRead, long BytesStored, string? ToolLog, string? Warning);
