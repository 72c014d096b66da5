using BackupApp.Backups.Dumps;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Secrets;
using Microsoft.Extensions.Options;

namespace BackupApp.Backups;

/// <summary>
/// Hangfire's entry to a backup: claim, run the pipeline under a heartbeat, record the outcome. It never throws on to Hangfire once the job is
/// claimed: a failure lives on our row, and Hangfire would deliver again what it believes to have failed.
/// </summary>
public sealed partial class BackupWorker(
    JobTransitions transitions,
    BackupPipeline pipeline,
    Manifests manifests,
    BackupQueue queue,
    IEnumerable<IDumpTool> tools,
    PostgresConnectStage connect,
    ObjectStores stores,
    SecretBox secrets,
    IOptions<BackupOptions> options,
    Drain drain,
    TimeProvider time,
    ILogger<BackupWorker> logger)
{
    // Hangfire's own token is not used: it also fires when a second delivery of the same job was turned away by the claim.
    public async Task RunAsync(Guid jobId)
    {
        // Thrown on purpose before the claim: the message goes back to the queue, for the next process.
        drain.NoNewClaims.ThrowIfCancellationRequested();
        var job = await transitions.ClaimAsync(jobId, engine => Tool(engine).FileExtension, drain.NoNewClaims);
        if (job is null)
        {
            LogRefused(jobId);
            return;
        }

        using var scope = logger.BeginScope(new Dictionary<string, object> { ["JobId"] = jobId });
        await RunAsync(job, drain.CancelRuns);
        await queue.SendParkedAsync(job.Source.Id, job.Destination.Id);
    }

    private async Task RunAsync(ClaimedJob job, CancellationToken shutdown)
    {
        var progress = new RunProgress();
        JobOutcome outcome;
        ObjectInfo? stored = null;

        // The beat goes on until the outcome is written, which may take a while when the database is away.
        await using var heartbeat = new Heartbeat(job, progress, transitions, options.Value.HeartbeatInterval, time, logger, shutdown);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(heartbeat.Token);
        if (job.Job.MaxDuration is { } longest)
            limit.CancelAfter(longest);
        try
        {
            stored = await BackUpAsync(job, progress, heartbeat.Lost, limit.Token);
            outcome = stored is not null ? JobOutcome.Success : JobOutcome.Canceled(heartbeat.CancelReason);
        }
        catch (OperationCanceledException) when (heartbeat.Token.IsCancellationRequested)
        {
            outcome = JobOutcome.Canceled(heartbeat.CancelReason);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            outcome = JobOutcome.TooLong(job.Job.MaxDuration!.Value);
        }
        catch (Exception e)
        {
            outcome = JobOutcome.From(e);
            LogFailed(e, job.Source.Name);
        }

        if (!await transitions.FinishAsync(job, outcome, progress.ToRecord(), stored, CancellationToken.None))
            LogLost(job.Id);
    }

    private async Task<ObjectInfo?> BackUpAsync(ClaimedJob job, RunProgress progress, CancellationToken lost, CancellationToken cancellationToken)
    {
        RequireThere(job);
        var connection = job.Source.Decrypt(secrets);
        var connected = await connect.ConnectAsync(connection, cancellationToken);
        using var command = await Tool(job.Source.Engine).PrepareAsync(connection, connected, cancellationToken);
        await transitions.ConnectedAsync(job, connected.Server, command.ToolVersion, cancellationToken);

        using var store = stores.Open(job.Destination);
        var upload = new UploadOptions(ObjectNames.ContentType, job.Job.ExpectedBytes ?? connected.Server.DatabaseSize);
        var stored = await pipeline.RunAsync(job, command, upload, store, progress, lost, cancellationToken);
        if (stored is not null && await manifests.PutAsync(store, job.Id) is { } warning)
            progress.Warn(warning);
        return stored;
    }

    // Deleted between the request and the claim: their secrets are gone, which would otherwise read as a broken key.
    private static void RequireThere(ClaimedJob job)
    {
        if (job.Source.DeletedAt is not null)
            throw new DumpFailedException(BackupStage.Connect, "data_source_deleted", "The data source was deleted before this backup began.");
        if (job.Destination.DeletedAt is not null)
            throw new DumpFailedException(BackupStage.Store, "destination_deleted", "The destination was deleted before this backup began.");
    }

    private IDumpTool Tool(Engine engine) => tools.Single(t => t.Engine == engine);

    [LoggerMessage(LogLevel.Information, "Job {JobId} is not queued any more or waits for a place; this delivery does nothing")]
    private partial void LogRefused(Guid jobId);

    [LoggerMessage(LogLevel.Error, "Backup of {Source} failed")]
    private partial void LogFailed(Exception exception, string source);

    [LoggerMessage(LogLevel.Warning, "Job {JobId} was taken over while this run was away; nothing was written")]
    private partial void LogLost(Guid jobId);
}
