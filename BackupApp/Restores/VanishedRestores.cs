using System.Security.Cryptography;
using BackupApp.Audit;
using BackupApp.Engines;
using BackupApp.Errors;
using BackupApp.Runs;

namespace BackupApp.Restores;

/// <summary>
/// What becomes of a restore whose worker vanished: the target is asked what stands there, what was half-made goes, and only then
/// it is decided.
/// </summary>
public sealed partial class VanishedRestores(
    RestoreTransitions transitions, RestoreTargets targets, RestoreRun run, VanishedServers servers, EngineCatalog engines,
        RestoreAfter after, TimeProvider time, ILogger<VanishedRestores> logger)
    : IVanishedRuns<RestoreJob>
{
    // How long a target that cannot be reached may keep a restore undecided.
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    public async Task DecideAsync(HeldRun taken, CancellationToken cancellationToken)
    {
        if (await transitions.ReadAsync(taken, cancellationToken) is not { } job)
            return;
        if (await LookAsync(job, cancellationToken) is not { } end)
            return;
        var record = new RunRecord(job.Job.BytesRead, job.Job.BytesStored, job.Job.ToolLog, null);
        await transitions.FinishAsync(job, end, record, CancellationToken.None, AuditActions.RestoreReapedStuck);
        await after.SendParkedAsync(job);
    }

    /// <summary>Null when it has to wait for a later round.</summary>
    private async Task<RestoreEnd?> LookAsync(ClaimedRestore job, CancellationToken cancellationToken)
    {
        // Nothing was made there yet.
        if (job.Job is { Marks.AreNone: true, Parts: null })
            return new RestoreEnd(Lost(job, "The target is as it was."));
        try
        {
            var target = await targets.ConnectionAsync(job.Job, job.Source, cancellationToken);
            if (job.Job.Parts is not null)
                return await servers.DecideAsync(job, target, Lost(job, "What was half-made of it is gone."), cancellationToken);
            var order = run.OrderOf(job, target);
            var engine = engines.Of(job.Job.Engine).Restore;
            var remains = await SettleTime.WithinAsync(
                token => engine.SettleAsync(order, job.Job.Marks, token), time, cancellationToken);
            return RestoreEnd.Settled(Lost(job, remains.Sentence), remains, job.Job.Marks, job.Job.AllNotes);
        }
        catch (CryptographicException)
        {
            return Unknown(job, "The login could not be decrypted");
        }
        catch (StagedException e)
        {
            LogUndecided(e, job.Id);
            return job.Job.ReapedAt < DateTimeOffset.UtcNow - Patience ? Unknown(job, e.Sentence) : null;
        }
    }

    private static RestoreEnd Unknown(ClaimedRestore job, string why)
    {
        var what = $"What stands on the target could not be found out: {why}";
        if (job.Job.Parts is not null)
            return VanishedServers.GiveUp(job, Lost(job, what));
        return new(Lost(job, what)) { NeedsCleanup = true, Notes = [.. job.Job.AllNotes, RestoreEnd.MayStand(job.Job.Marks)] };
    }

    private static RunOutcome Lost(ClaimedRestore job, string what) => new(
        RunStatus.Failed,
        RunStage.Worker,
        "worker_lost",
        $"The worker {job.Job.WorkerName} vanished in the middle of the restore: its process was killed, or its machine stopped or lost "
            + $"the database. {what}");

    [LoggerMessage(
        LogLevel.Warning, "Restore {JobId} of a vanished worker cannot be decided while its target does not answer; it is tried again")]
    private partial void LogUndecided(Exception exception, Guid jobId);
}
