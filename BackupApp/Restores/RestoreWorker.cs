using BackupApp.Backups;
using BackupApp.Destinations;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace BackupApp.Restores;

/// <summary>
/// Hangfire's entry to a restore: claim, run under a heartbeat, record the outcome. It never throws on to Hangfire once the restore
/// is claimed: nothing tries a restore again but a person.
/// </summary>
public sealed partial class RestoreWorker(
    RestoreTransitions transitions,
    RestoreRun run,
    RestoreAfter after,
    ObjectStores stores,
    RunLease<RestoreJob> lease,
    IOptions<RunOptions> options,
    Drain drain,
    TimeProvider time,
    ILogger<RestoreWorker> logger)
{
    public async Task RunAsync(Guid jobId)
    {
        using var scope = logger.BeginScope(new JobLogScope(jobId));
        // Thrown on purpose before the claim: the message goes back to the queue, for the next process.
        drain.NoNewClaims.ThrowIfCancellationRequested();
        if (await transitions.ClaimAsync(jobId, drain.NoNewClaims) is not { } job)
        {
            LogRefused(jobId);
            return;
        }

        await RunAsync(job);
        await after.SendParkedAsync(job);
    }

    private async Task RunAsync(ClaimedRestore job)
    {
        var progress = new RunProgress();
        await using var steps = new RunSteps(transitions, job, progress, stores);
        // The beat goes on until the outcome is written, which may take a while when the database is away.
        await using var heartbeat = new Heartbeat(
            job.Id, token => BeatAsync(job, steps, progress, token), options.Value.HeartbeatInterval, time, logger, drain.CancelRuns);
        RestoreEnd end;
        try
        {
            end = await run.RunAsync(job, steps, progress, heartbeat);
        }
        catch (OperationCanceledException e) when (heartbeat.Token.IsCancellationRequested || e is LostRestoreException)
        {
            end = new(RunOutcome.Canceled(heartbeat.CancelReason)) { Notes = steps.Warnings };
        }
        catch (Exception e)
        {
            end = new(RunOutcome.From(e)) { Notes = steps.Warnings };
            LogFailed(e, job.Job.DataSourceName);
        }

        var record = progress.ToRecord() with { ToolLog = steps.LogLines.Read(), Warning = null };
        end = end with { ToolVersion = steps.ToolVersion, ServerVersion = steps.ServerVersion };
        if (!await transitions.FinishAsync(job, end, record, CancellationToken.None))
            LogLost(job.Id);
    }

    private async Task<Beat> BeatAsync(ClaimedRestore job, RunSteps steps, RunProgress progress, CancellationToken cancellationToken)
    {
        var beat = await lease.BeatAsync(job.Held, progress, cancellationToken);
        if (beat != Beat.Lost)
            await transitions.ShowAsync(job.Held, steps.At, steps.LogLines.ReadNew(), cancellationToken);
        return beat;
    }

    [LoggerMessage(LogLevel.Information, "Restore {JobId} is not queued any more or waits for another; this delivery does nothing")]
    private partial void LogRefused(Guid jobId);

    [LoggerMessage(LogLevel.Error, "The restore of {Source} failed")]
    private partial void LogFailed(Exception exception, string source);

    [LoggerMessage(LogLevel.Warning, "Restore {JobId} was taken over while this run was away; nothing was written")]
    private partial void LogLost(Guid jobId);
}
