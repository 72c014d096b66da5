using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.Engines;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace BackupApp.Backups;

/// <summary>What a run does to its job's row beyond what every run does (<see cref="RunLease{T}"/>).</summary>
public sealed class JobTransitions(
    RunLease<BackupJob> lease, ConditionalChanges changes, IRestoresUnderWay restores, IOptions<BackupOptions> options)
{
    /// <summary>
    /// Takes a queued job for this run, and writes down the key of its object where it is known: that of one database. Null
    /// when it is not queued any more, or when the limits are full: then it is parked until a job that finishes sends it again.
    /// </summary>
    public async Task<ClaimedJob?> ClaimAsync(Guid jobId, Func<Engine, string> extension, CancellationToken cancellationToken)
    {
        var claim = new HeldRun(jobId, Guid.CreateVersion7());
        ClaimedJob? claimed = null;
        var taken = await lease.ClaimAsync(
            claim,
            async (db, queued) =>
            {
                await ClaimLimits.LockAsync(db, cancellationToken);
                var busy = await restores.BusySourcesAsync(db, cancellationToken);
                return ClaimLimits.WithPlace(queued, db, options.Value, busy);
            },
            async (db, audit) =>
            {
                claimed = await ClaimedJobRows.PrepareAsync(db, claim, extension, cancellationToken) with
                {
                    IsWayBack = await restores.IsWayBackAsync(db, jobId, cancellationToken),
                };
                var keys = claimed.Artifacts.Select(a => a.Copy.Key);
                audit.Record(AuditActions.BackupStarted, claimed.Job.ToAuditTarget(), new { worker = claimed.Job.WorkerName, keys });
            },
            cancellationToken);
        return taken ? claimed : null;
    }

    /// <summary>What belongs to a job that the reaper has taken over. Null when somebody else holds it by now.</summary>
    public Task<ClaimedJob?> ReadAsync(HeldRun taken, CancellationToken cancellationToken) =>
        changes.ReadAsync(db => ClaimedJobRows.ReadAsync(db, taken, cancellationToken));

    public Task<bool> ConnectedAsync(ClaimedJob job, ServerInfo server, CancellationToken cancellationToken) => changes.TryAsync(
        async (db, _) => await db.Held<BackupJob>(job.Held).ExecuteUpdateAsync(
            set => set.SetProperty(j => j.ServerVersion, server.Version),
            cancellationToken) == 1,
        db => db.Held<BackupJob>(job.Held).AnyAsync(j => j.ServerVersion == server.Version, cancellationToken),
        cancellationToken);

    /// <summary>
    /// Ends the job, and with it those of its artifacts that are not ended, as
    /// <paramref name="outcome"/> says. False when it is not this run's any more.
    /// </summary>
    /// <param name="left">What became of artifacts that have not ended, where that is not the job's own outcome.</param>
    /// <param name="action">What the audit log calls it; null for the usual word.</param>
    public Task<bool> FinishAsync(
        ClaimedJob job,
        RunOutcome outcome,
        RunRecord record,
        CancellationToken cancellationToken,
        string? action = null,
        RunOutcome? left = null)
    {
        var orphanLook = options.Value.OrphanLook;
        var owes = record.OwesManifests && outcome.Status is RunStatus.Success or RunStatus.Partial;
        var word = outcome.Status == RunStatus.Canceled ? ArtifactStatus.Canceled : ArtifactStatus.Failed;
        return lease.FinishAsync(
            job.Held,
            outcome,
            record,
            async (db, audit) =>
            {
                // What was sent for artifacts that failed is not there any more.
                var stored = await db.ArtifactsOf(job).Where(a => a.Copy.StoredAt != null).SumAsync(a => a.Size ?? 0, cancellationToken);
                await db.Run<BackupJob>(job.Id).ExecuteUpdateAsync(
                    set => set.SetProperty(j => j.BytesStored, stored)
                        .SetProperty(j => j.ManifestsDueAt, j => owes ? DateTimeOffset.UtcNow : j.ManifestsDueAt),
                    cancellationToken);

                await db.ArtifactsOf(job).Where(a => a.Status == ArtifactStatus.Pending || a.Status == ArtifactStatus.Running)
                    .CloseAsync(word, left ?? outcome, orphanLook, cancellationToken);
                audit.Record(
                    action ?? Action(outcome.Status), job.Job.ToAuditTarget(), Metadata(outcome, record with { BytesStored = stored }));
            },
            cancellationToken);
    }

    private static object Metadata(RunOutcome outcome, RunRecord record) => new
    {
        stage = outcome.Stage?.ToSnakeCase(),
        outcome.Code,
        outcome.Summary,
        reason = outcome.CancelReason?.ToSnakeCase(),
        record.BytesRead,
        record.BytesStored,
        connection = record.Connection is { } seen ? new { protection = seen.Protection.ToSnakeCase(), seen.Protocol } : null,
    };

    private static string Action(RunStatus status) => status switch
    {
        RunStatus.Failed => AuditActions.BackupFailed,
        RunStatus.Canceled => AuditActions.BackupCanceled,
        _ => AuditActions.BackupCompleted,
    };
}
