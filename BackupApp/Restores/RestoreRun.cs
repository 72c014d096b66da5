using BackupApp.Backups;
using BackupApp.Engines;
using BackupApp.Engines.Restores;
using BackupApp.Errors;
using BackupApp.Runs;
using BackupApp.Streams;
using Microsoft.Extensions.Options;

namespace BackupApp.Restores;

/// <summary>
/// One restore from its claim to what is left of it: login, a second look at the target, the engine's work, and clearing away what
/// failed.
/// </summary>
public sealed partial class RestoreRun(
    RestoreTargets targets,
    EngineCatalog engines,
    ServerRun servers,
    MemoryBudget memory,
    IOptions<BackupOptions> backups,
    ILogger<RestoreRun> logger)
{
    // What reads a store and unpacks holds; see S3ReadStream and GZipStream.
    private const long Memory = 8L << 20;

    // A target that does not answer is looked at again later.
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(15);

    internal async Task<RestoreEnd> RunAsync(ClaimedRestore job, RunSteps steps, RunProgress progress, Heartbeat heartbeat)
    {
        RequireThere(job);
        RequireSafe(job);
        var token = heartbeat.Token;
        var engine = engines.Of(job.Job.Engine).Restore;
        var target = await targets.ConnectionAsync(job.Job, job.Source, token);
        if (job.Job.Parts is not null)
        {
            using var room = await memory.ReserveAsync(Memory, progress.WaitForMemory, token);
            return await servers.RunAsync(job, target, steps, progress, heartbeat);
        }

        var order = OrderOf(job, target);
        // The wizard looked minutes or hours ago.
        if (await engine.ProbeAsync(order, token) is { Ok: false } probe)
            throw new RestoreFailedException(
                RunStage.Connect, probe.Code ?? "target_refused", probe.Message ?? "The target cannot be restored to.", Fix(probe));
        using var share = await memory.ReserveAsync(Memory, progress.WaitForMemory, token);
        try
        {
            var report = await engine.RestoreAsync(order, steps, token);
            // Where nothing is swapped there was no fence to look at the whole object.
            await steps.VerifyAsync(token);
            return RestoreEnd.Of(report, steps);
        }
        catch (Exception e) when (MayHaveChanged(engine, steps.Marks))
        {
            var outcome = e is OperationCanceledException ? RunOutcome.Canceled(heartbeat.CancelReason) : RunOutcome.From(e);
            if (e is not OperationCanceledException)
                LogFailed(e, job.Job.DataSourceName);
            // Said of a swap only where it is known that no name has changed.
            var isCertain = e is RestoreFailedException { Stage: RunStage.Swap, IsUndecided: false };
            return await SettleAsync(engine, order, steps, outcome, isCertain);
        }
    }

    /// <summary>The engine has tried to clear away what it made; this makes sure of it, and says what stands there.</summary>
    private async Task<RestoreEnd> SettleAsync(
        IEngineRestore engine, RestoreOrder order, RunSteps steps, RunOutcome outcome, bool isCertain)
    {
        using var limit = new CancellationTokenSource(SettleLimit);
        try
        {
            var remains = await engine.SettleAsync(order, steps.Marks, limit.Token);
            return RestoreEnd.Settled(outcome, remains, steps.Marks, steps.Warnings);
        }
        catch (Exception e) when (e is StagedException or OperationCanceledException)
        {
            LogNotSettled(e, order.Id);
            // Both names may have changed hands: whoever takes the job over asks again, for as long as it takes.
            if (steps.Marks.Swap is not null && !isCertain)
                throw new UndecidedRestoreException(e);
            return new RestoreEnd(outcome) { NeedsCleanup = true, Notes = [.. steps.Warnings, RestoreEnd.MayStand(steps.Marks)] };
        }
    }

    // What has been dropped again needs no second look; what cannot be kept beside is changed from the fence on.
    private static bool MayHaveChanged(IEngineRestore engine, RestoreMarks marks) =>
        marks.Made is not null || marks.Filling is not null || (marks.Swap is not null && !engine.KeepsReplaced);

    internal RestoreOrder OrderOf(ClaimedRestore job, DatabaseConnection target) =>
        new(job.Id, job.Job.Mode, target, job.Job.TargetDatabase, job.Dump)
        {
            Selection = job.Job.Selection,
            GoOnPastErrors = job.Job.GoOnPastErrors,
            SwapPartial = job.Job.SwapPartial,
            Stall = backups.Value.StallTimeout,
        };

    // Deleted between the request and the claim: its keys are gone, which would otherwise read as a broken store.
    private static void RequireThere(ClaimedRestore job)
    {
        if (job.Destination.DeletedAt is not null)
            throw new RestoreFailedException(
                RunStage.Read, "destination_deleted", "The destination of this backup was deleted before the restore began.");
    }

    private static void RequireSafe(ClaimedRestore job)
    {
        if (job.Safety is not { } safety || Unsafe(job, safety) is not { } why)
            return;
        throw new RestoreFailedException(
            RunStage.Dump, "safety_backup_failed",
            $"Nothing was changed: the backup of {job.Job.TargetDatabase}, which is taken before it is replaced, {why}",
            "Mend that and start the restore again; an Administrator may also restore without a backup.");
    }

    private static string? Unsafe(ClaimedRestore job, BackupJob safety) => safety.Status switch
    {
        RunStatus.Success when safety.Artifacts.Exists(a =>
            a.Kind == ArtifactKind.Database && a.Database == job.Job.TargetDatabase) => null,
        RunStatus.Success => "is of another database: the data source was changed meanwhile.",
        RunStatus.Canceled => "was canceled.",
        _ => $"did not succeed. {safety.ErrorSummary}",
    };

    private static string? Fix(TargetProbe probe) => probe.Checks.FirstOrDefault(c => c.State == CheckState.Bad)?.Fix;

    [LoggerMessage(LogLevel.Error, "The restore of {Source} failed")]
    private partial void LogFailed(Exception exception, string source);

    [LoggerMessage(LogLevel.Warning, "What the restore {JobId} made on its target could not be cleared away yet")]
    private partial void LogNotSettled(Exception exception, Guid jobId);
}
