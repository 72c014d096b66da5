using BackupApp.Engines;
using BackupApp.Runs;
using Microsoft.Extensions.Options;

namespace BackupApp.Backups;

/// <summary>
/// Hangfire's entry to a backup: claim, run under a heartbeat, record the outcome. It never throws on to Hangfire once the job is
/// claimed: a failure lives on our row, and Hangfire would deliver again what it believes to have failed.
/// </summary>
public sealed partial class BackupWorker(
    JobTransitions transitions,
    BackupRun run,
    BackupQueue queue,
    IRestoresUnderWay restores,
    EngineCatalog engines,
    RunLease<BackupJob> lease,
    IOptions<RunOptions> options,
    Drain drain,
    TimeProvider time,
    ILogger<BackupWorker> logger)
{
    // Hangfire's own token is not used: it also fires when a second delivery of the same job was turned away by the claim.
    public async Task RunAsync(Guid jobId)
    {
        using var scope = logger.BeginScope(new JobLogScope(jobId));
        // Thrown on purpose before the claim: the message goes back to the queue, for the next process.
        drain.NoNewClaims.ThrowIfCancellationRequested();
        var job = await transitions.ClaimAsync(jobId, engine => engines.Of(engine).FileExtension(ArtifactKind.Database), drain.NoNewClaims);
        if (job is null)
        {
            LogRefused(jobId);
            await queue.SendIfPlaceAsync(jobId);
            return;
        }

        await RunAsync(job, drain.CancelRuns);
        await queue.SendParkedAsync(job.Source.Id, job.Destination.Id);
        await restores.SendParkedAsync();
    }

    private async Task RunAsync(ClaimedJob job, CancellationToken shutdown)
    {
        var progress = new RunProgress();
        RunOutcome outcome;

        // The beat goes on until the outcome is written, which may take a while when the database is away.
        await using var heartbeat = new Heartbeat(
            job.Id, token => lease.BeatAsync(job.Held, progress, token), options.Value.HeartbeatInterval, time, logger, shutdown);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(heartbeat.Token);
        if (job.Job.MaxDuration is { } longest)
            limit.CancelAfter(longest);
        try
        {
            outcome = await run.RunAsync(job, progress, heartbeat, limit.Token);
        }
        catch (OperationCanceledException) when (heartbeat.Token.IsCancellationRequested)
        {
            outcome = RunOutcome.Canceled(heartbeat.CancelReason);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            outcome = RunOutcome.TooLong(job.Job.MaxDuration!.Value);
        }
        catch (UndecidedException e)
        {
            LogUndecided(e, job.Id);
            return;
        }
        catch (Exception e)
        {
            outcome = RunOutcome.From(e);
            LogFailed(e, job.Source.Name);
        }

        if (!await transitions.FinishAsync(job, outcome, progress.ToRecord(), CancellationToken.None))
            LogLost(job.Id);
    }

    [LoggerMessage(LogLevel.Information, "Job {JobId} is not queued any more or waits for a place; this delivery does nothing")]
    private partial void LogRefused(Guid jobId);

    [LoggerMessage(LogLevel.Error, "Backup of {Source} failed")]
    private partial void LogFailed(Exception exception, string source);

    [LoggerMessage(LogLevel.Error, "Job {JobId} has stored something that could not be recorded; the reaper decides")]
    private partial void LogUndecided(Exception exception, Guid jobId);

    [LoggerMessage(LogLevel.Warning, "Job {JobId} was taken over while this run was away; nothing was written")]
    private partial void LogLost(Guid jobId);
}
