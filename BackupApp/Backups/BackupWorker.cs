using BackupApp.Backups.Dumps;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Secrets;
using Hangfire;
using Microsoft.Extensions.Options;

namespace BackupApp.Backups;

/// <summary>
/// Hangfire's entry to a backup: claim, run the pipeline under a heartbeat, record the outcome. It never throws on to Hangfire once the job is
/// claimed: a failure lives on our row, and Hangfire would deliver again what it believes to have failed.
/// </summary>
public sealed partial class BackupWorker(
    JobTransitions transitions,
    BackupPipeline pipeline,
    IEnumerable<IDumpTool> tools,
    PostgresConnectStage connect,
    ObjectStores stores,
    SecretBox secrets,
    IOptions<BackupOptions> options,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<BackupWorker> logger)
{
    public const string Queue = "backups";

    // Hangfire's own token is not used: it also fires when a second delivery of the same job was turned away by the claim.
    [Queue(Queue)]
    public async Task RunAsync(Guid jobId)
    {
        var shutdown = lifetime.ApplicationStopping;
        shutdown.ThrowIfCancellationRequested();
        var job = await transitions.ClaimAsync(jobId, engine => Tool(engine).FileExtension, shutdown);
        if (job is null)
        {
            LogRefused(jobId);
            return;
        }

        using var scope = logger.BeginScope(new Dictionary<string, object> { ["JobId"] = jobId });
        var progress = new RunProgress();
        JobOutcome? outcome;
        ObjectInfo? stored = null;
        await using (var heartbeat = new Heartbeat(job, progress, transitions, options.Value.HeartbeatInterval, time, logger, shutdown))
        {
            try
            {
                stored = await BackUpAsync(job, progress, heartbeat.Token);
                outcome = stored is not null ? JobOutcome.Success : JobOutcome.Canceled(heartbeat.CancelReason);
            }
            catch (OperationCanceledException) when (heartbeat.Token.IsCancellationRequested)
            {
                outcome = JobOutcome.Canceled(heartbeat.CancelReason);
            }
            catch (Exception e)
            {
                outcome = JobOutcome.From(e);
                LogFailed(e, job.Source.Name);
            }

            // The beat goes on until the outcome is written, which may take a while when the database is away.
            if (!await transitions.FinishAsync(job, outcome, progress.ToRecord(), stored, CancellationToken.None))
                LogLost(jobId);
        }
    }

    private async Task<ObjectInfo?> BackUpAsync(ClaimedJob job, RunProgress progress, CancellationToken cancellationToken)
    {
        var connection = job.Source.Decrypt(secrets);
        var tool = Tool(job.Source.Engine);
        var connected = await connect.ConnectAsync(connection, cancellationToken);
        using var command = await tool.PrepareAsync(connection, connected, cancellationToken);
        var server = connected.Server;
        await transitions.ConnectedAsync(job, server, command.ToolVersion, cancellationToken);

        using var store = stores.Open(job.Destination);
        var upload = new UploadOptions(ObjectNames.ContentType, job.Job.ExpectedBytes ?? server.DatabaseSize);
        var dump = await pipeline.RunAsync(job, command, upload, store, progress, cancellationToken);
        if (dump is null)
            return null;

        await PutManifestAsync(store, job, BackupManifest.For(job, dump, tool, server, command.ToolVersion), progress);
        return dump.Stored;
    }

    // The backup is good without it; the page says that it is missing.
    private async Task PutManifestAsync(IObjectStore store, ClaimedJob job, BackupManifest manifest, RunProgress progress)
    {
        try
        {
            await store.PutAsync(job.Artifact.Key + ObjectNames.ManifestSuffix, manifest.ToUtf8Json(), "application/json", CancellationToken.None);
        }
        catch (StoreException e)
        {
            progress.Warn($"The backup is stored, but its manifest could not be written beside it: {e.Message}");
            LogManifestFailed(e);
        }
    }

    private IDumpTool Tool(Engine engine) => tools.Single(t => t.Engine == engine);

    [LoggerMessage(LogLevel.Information, "Job {JobId} is not queued any more; this delivery does nothing")]
    private partial void LogRefused(Guid jobId);

    [LoggerMessage(LogLevel.Error, "Backup of {Source} failed")]
    private partial void LogFailed(Exception exception, string source);

    [LoggerMessage(LogLevel.Warning, "Job {JobId} was taken over while this run was away; nothing was written")]
    private partial void LogLost(Guid jobId);

    [LoggerMessage(LogLevel.Warning, "The manifest could not be written")]
    private partial void LogManifestFailed(Exception exception);
}
