using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Engines;
using BackupApp.Engines.Restores;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Restores;

/// <summary>
/// What a run does to its restore's row beyond what every run does (<see cref="RunLease{T}"/>). False: the restore is not this
/// run's any more.
/// </summary>
public sealed class RestoreTransitions(RunLease<RestoreJob> lease, ConditionalChanges changes)
{
    /// <summary>
    /// Takes a queued restore. Null when it is not queued any more, or a backup or restore of the same database runs: then it is
    /// parked.
    /// </summary>
    public async Task<ClaimedRestore?> ClaimAsync(Guid id, CancellationToken cancellationToken)
    {
        var claim = new HeldRun(id, Guid.CreateVersion7());
        ClaimedRestore? claimed = null;
        var taken = await lease.ClaimAsync(
            claim,
            (db, queued) => RestoresUnderWay.WithPlaceAsync(db, queued, cancellationToken),
            async (db, audit) =>
            {
                claimed = await ReadAsync(db, claim, cancellationToken);
                audit.Record(AuditActions.RestoreStarted, claimed!.Job.ToAuditTarget(), new
                {
                    worker = claimed.Job.WorkerName,
                    target = claimed.Job.TargetRef
                });
            },
            cancellationToken);
        return taken ? claimed : null;
    }

    /// <summary>What belongs to a restore that the reaper has taken over. Null when somebody else holds it by now.</summary>
    public Task<ClaimedRestore?> ReadAsync(HeldRun taken, CancellationToken cancellationToken) =>
        changes.ReadAsync(db => ReadAsync(db, taken, cancellationToken));

    /// <summary>Shows how far it is. The row's bytes are the heartbeat's.</summary>
    /// <param name="log">Null where nothing new was said.</param>
    public Task<int> ShowAsync(HeldRun held, RestoreProgress? at, string? log, CancellationToken cancellationToken) => changes.ReadAsync(
        db => db.Held<RestoreJob>(held).ExecuteUpdateAsync(
            set => set.SetProperty(j => j.Phase, at == null ? null : at.Phase)
                .SetProperty(j => j.CurrentObject, at == null ? null : at.Item)
                .SetProperty(j => j.ObjectsDone, at == null ? null : at.Number)
                .SetProperty(j => j.ObjectsTotal, at == null ? null : at.Total)
                .SetProperty(j => j.ToolLog, j => log ?? j.ToolLog),
            cancellationToken));

    /// <summary>
    /// Notes what is about to stand on the target, so that whoever cleans up knows of it. False also when somebody asked to cancel.
    /// </summary>
    public Task<bool> MarkAsync(HeldRun held, RestoreMarks marks, CancellationToken cancellationToken) => changes.TryAsync(
        async (db, _) => await db.Held<RestoreJob>(held).Where(j => !j.CancelRequested)
            .ExecuteUpdateAsync(set => set.SetProperty(j => j.Marks, marks), cancellationToken) == 1,
        db => db.Held<RestoreJob>(held).AnyAsync(j => j.Marks == marks, cancellationToken),
        cancellationToken);

    /// <summary>Notes that what was made is gone. Also of a restore that is to be canceled.</summary>
    public Task<bool> ClearAsync(HeldRun held, RestoreMarks marks, CancellationToken cancellationToken) => changes.TryAsync(
        async (db, _) => await db.Held<RestoreJob>(held)
            .ExecuteUpdateAsync(set => set.SetProperty(j => j.Marks, marks), cancellationToken) == 1,
        db => db.Held<RestoreJob>(held).AnyAsync(j => j.Marks == marks, cancellationToken),
        cancellationToken);

    /// <summary>
    /// Notes what stands on the target of each part of a whole server. False when the restore is not this run's any more.
    /// </summary>
    /// <param name="unlessCanceled">False also when somebody asked to cancel.</param>
    public Task<bool> KeepPartsAsync(HeldRun held, RestoreParts parts, bool unlessCanceled, CancellationToken cancellationToken) =>
        changes.TryAsync(
            async (db, _) => await db.Held<RestoreJob>(held).Where(j => !unlessCanceled || !j.CancelRequested)
                .ExecuteUpdateAsync(set => set.SetProperty(j => j.Parts, parts), cancellationToken) == 1,
            db => db.Held<RestoreJob>(held).AnyAsync(j => j.Parts == parts, cancellationToken),
            cancellationToken);

    /// <summary>The restore with another part's dump.</summary>
    internal Task<ClaimedRestore> ReadPartAsync(ClaimedRestore job, RestorePart part, CancellationToken cancellationToken) =>
        changes.ReadAsync(async db =>
        {
            var artifact = await db.Set<BackupArtifact>().AsNoTracking().SingleAsync(a => a.Id == part.ArtifactId, cancellationToken);
            return job with
            {
                Artifact = artifact,
                Dump = await ClaimedRestore.DumpedAsync(db, job.Backup, artifact, cancellationToken),
            };
        });

    /// <summary>The fence before the swap: from here on a cancel is too late.</summary>
    /// <param name="notes">What has been said until now: nobody may be there to say it at the end.</param>
    public Task<bool> FenceAsync(
        HeldRun held, RunProgress progress, RestoreMarks marks, string? notes, CancellationToken cancellationToken) => lease.FenceAsync(
        held,
        progress,
        async db => await db.Held<RestoreJob>(held).ExecuteUpdateAsync(
            set => set.SetProperty(j => j.Marks, marks)
                .SetProperty(j => j.Notes, notes)
                .SetProperty(j => j.SwappingAt, _ => DateTimeOffset.UtcNow),
            cancellationToken) == 1,
        db => db.Held<RestoreJob>(held).AnyAsync(j => j.Marks == marks && j.SwappingAt != null, cancellationToken),
        cancellationToken);

    /// <summary>Ends the restore, and wipes the login that was given for it.</summary>
    /// <param name="action">What the audit log calls it; null for the usual word.</param>
    public Task<bool> FinishAsync(
        ClaimedRestore job, RestoreEnd end, RunRecord record, CancellationToken cancellationToken, string? action = null) =>
        lease.FinishAsync(
            job.Held,
            end.Outcome,
            record,
            async (db, audit) =>
            {
                await EndAsync(db.Run<RestoreJob>(job.Id), end, cancellationToken);
                audit.Record(action ?? Action(end.Outcome.Status), job.Job.ToAuditTarget(), Metadata(job, end, record));
            },
            cancellationToken);

    private static async Task EndAsync(IQueryable<RestoreJob> job, RestoreEnd end, CancellationToken cancellationToken)
    {
        if (end.Parts is { } parts)
            await job.ExecuteUpdateAsync(set => set.SetProperty(j => j.Parts, parts), cancellationToken);
        var (notes, kept, result) = (BackupArtifact.Join(end.Notes), end.Kept, end.Result);
        await job.ExecuteUpdateAsync(
            set => set.SetProperty(j => j.TargetCipher, (byte[]?)null)
                .SetProperty(j => j.Phase, (RestorePhase?)null)
                .SetProperty(j => j.CurrentObject, (string?)null)
                .SetProperty(j => j.Notes, notes)
                .SetProperty(j => j.Result, result)
                .SetProperty(j => j.InPlace, end.InPlace)
                .SetProperty(j => j.KeptDatabase, kept == null ? null : kept.Name)
                .SetProperty(j => j.KeptOid, kept == null ? null : kept.Oid)
                .SetProperty(j => j.ToolVersion, j => end.ToolVersion ?? j.ToolVersion)
                .SetProperty(j => j.ServerVersion, j => end.ServerVersion ?? j.ServerVersion)
                .SetProperty(j => j.CleanupDueAt, _ => end.NeedsCleanup ? DateTimeOffset.UtcNow : null),
            cancellationToken);
    }

    private static async Task<ClaimedRestore?> ReadAsync(AppDbContext db, HeldRun held, CancellationToken cancellationToken) =>
        await db.Held<RestoreJob>(held).AsNoTracking().SingleOrDefaultAsync(cancellationToken) is { } job
            ? await ClaimedRestore.ReadAsync(db, job, held.WorkerId, cancellationToken)
            : null;

    private static object Metadata(ClaimedRestore job, RestoreEnd end, RunRecord record) => new
    {
        stage = end.Outcome.Stage?.ToSnakeCase(),
        end.Outcome.Code,
        end.Outcome.Summary,
        reason = end.Outcome.CancelReason?.ToSnakeCase(),
        target = job.Job.TargetRef,
        targetDatabase = job.Job.TargetDatabase,
        record.BytesRead,
        bytesRestored = record.BytesStored,
        rows = end.Result?.Rows,
        parts = end.Parts?.All.Select(p => new { name = p.Name, status = p.Status.ToSnakeCase() }),
        kept = end.Kept?.Name,
        end.InPlace,
        notes = end.Notes.Count,
        connection = record.Connection is { } seen ? new { protection = seen.Protection.ToSnakeCase(), seen.Protocol } : null,
    };

    private static string Action(RunStatus status) => status switch
    {
        RunStatus.Failed => AuditActions.RestoreFailed,
        RunStatus.Canceled => AuditActions.RestoreCanceled,
        _ => AuditActions.RestoreCompleted,
    };
}
