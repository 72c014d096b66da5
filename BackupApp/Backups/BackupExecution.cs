using BackupApp.Destinations;
using BackupApp.Engines;
using BackupApp.Errors;
using BackupApp.Runs;
using BackupApp.Secrets;
using BackupApp.Tools;

namespace BackupApp.Backups;

/// <summary>
/// The artifacts of one job, one after the other. One that fails does not stop the others: of a server
/// with a broken database the rest is backed up. A cancel stops all, and what was stored goes again.
/// </summary>
public sealed partial class BackupExecution(
    JobTransitions jobs,
    ArtifactTransitions artifacts,
    ArtifactDump backup,
    EngineCatalog engines,
    Manifests manifests,
    ObjectStores stores,
    SecretBox secrets,
    ILogger<BackupExecution> logger)
{
    private const int MostUnanswered = 3;

    // Time for a shutdown to remove what was stored; what is left then is removed by the cleaner of orphans.
    private static readonly TimeSpan DiscardLimit = TimeSpan.FromSeconds(4);

    /// <param name="heartbeat">Its token ends the run as canceled.</param>
    /// <param name="limited">The same, and cancelled also when the run has taken too long.</param>
    /// <returns>How the job ends; failures of single artifacts are on their rows already.</returns>
    /// <exception cref="UndecidedException">The job is to be left to the reaper.</exception>
    public async Task<RunOutcome> RunAsync(ClaimedJob job, RunProgress progress, Heartbeat heartbeat, CancellationToken limited)
    {
        RequireThere(job);
        var connection = job.Source.Decrypt(secrets);
        var engine = engines.Of(job.Source.Engine);
        var connected = await engine.ConnectAsync(connection, job.Selection, limited);
        await jobs.ConnectedAsync(job, connected.Server, limited);
        var targets = await engine.FindTargetsAsync(connection, connected, job.Selection, limited);
        if (await artifacts.PlanAsync(job, targets, engine.FileExtension, limited) is not { } planned)
            return RunOutcome.Canceled(heartbeat.CancelReason);

        using var store = stores.Open(job.Destination);
        var run = new BackupContext(job, engine, connection, connected, store, progress, planned.Count, heartbeat.Lost);
        var ends = new List<ArtifactEnd>();
        try
        {
            if (!await RunAsync(run, planned, ends, heartbeat, limited))
                return await DiscardAsync(run, ends, heartbeat);
            if (await manifests.PutScriptAsync(store, job.Id, heartbeat.Lost) is { } owed)
                progress.OweManifest(owed);
            return ArtifactEnd.OutcomeOf(ends);
        }
        catch (OperationCanceledException) when (heartbeat.Token.IsCancellationRequested)
        {
            return await DiscardAsync(run, ends, heartbeat);
        }
        catch (Exception e) when (e is not UndecidedException && ends.Exists(end => end.Outcome.Status == RunStatus.Success))
        {
            // The failure of one part could not be written down; the parts before it are backups all the same.
            throw new UndecidedException(e);
        }
    }

    // Deleted between the request and the claim: their secrets are gone, which would otherwise read as a broken key.
    private static void RequireThere(ClaimedJob job)
    {
        if (job.Source.DeletedAt is not null)
            throw new DumpFailedException(RunStage.Connect, "data_source_deleted", "The data source was deleted before this backup began.");
        if (job.Destination.DeletedAt is not null)
            throw new DumpFailedException(RunStage.Store, "destination_deleted", "The destination was deleted before this backup began.");
    }

    /// <summary>False when the run was canceled.</summary>
    private async Task<bool> RunAsync(
        BackupContext run,
        IReadOnlyList<BackupArtifact> planned,
        List<ArtifactEnd> ends,
        Heartbeat heartbeat,
        CancellationToken limited)
    {
        foreach (var artifact in planned)
        {
            try
            {
                ThrowIfUnanswered(ends);
                if (!await backup.RunAsync(run, artifact, limited))
                    return false;
                ends.Add(new(artifact, RunOutcome.Success));
            }
            catch (Exception e)
                when (e is not UndecidedException && (e is not OperationCanceledException || !heartbeat.Token.IsCancellationRequested))
            {
                var failure =
                    e is OperationCanceledException && limited.IsCancellationRequested
                        ? RunOutcome.TooLong(run.Job.Job.MaxDuration!.Value)
                        : RunOutcome.From(e);
                if (planned.Count > 1)
                    run.Progress.Drop();
                LogFailed(e, artifact.Database, run.Job.Source.Name);
                ends.Add(new(artifact, failure) { Unanswered = e is ConnectException { Transient: true } silence ? silence : null });
                await artifacts.FailedAsync(run.Job, artifact, failure, CancellationToken.None);
            }
        }

        return true;
    }

    // Each login is tried for half a minute: a server that has gone must not hold the worker for
    // half a minute more for each of its databases.
    private static void ThrowIfUnanswered(List<ArtifactEnd> ends)
    {
        if (ends.Count >= MostUnanswered && ends.TakeLast(MostUnanswered).All(e => e.Unanswered is not null))
            throw ends[^1].Unanswered!;
    }

    private async Task<RunOutcome> DiscardAsync(BackupContext run, IReadOnlyList<ArtifactEnd> ends, Heartbeat heartbeat)
    {
        var stored = ends.Where(e => e.Outcome.Status == RunStatus.Success).Select(e => e.Artifact).ToList();
        if (stored.Count > 0 && await artifacts.DiscardAsync(run.Job, CancellationToken.None))
            await RemoveAsync(run, stored);
        return RunOutcome.Canceled(heartbeat.CancelReason);
    }

    private async Task RemoveAsync(BackupContext run, IReadOnlyList<BackupArtifact> stored)
    {
        using var limit = new CancellationTokenSource(DiscardLimit);
        try
        {
            var appendOnly = run.Job.Destination.AppendOnly;
            await Parallel.ForEachAsync(
                stored,
                limit.Token,
                async (artifact, token) => await Leftovers.RemoveAsync(run.Store, artifact.Copy.Key, appendOnly, token));
        }
        catch (Exception e) when (e is StoreException or OperationCanceledException)
        {
            LogNotRemoved(e, run.Job.Id);
        }
    }

    [LoggerMessage(LogLevel.Error, "The backup of {Database} of {Source} failed")]
    private partial void LogFailed(Exception exception, string database, string source);

    [LoggerMessage(LogLevel.Warning, "What the canceled job {JobId} had stored is not all removed yet; the reaper goes on")]
    private partial void LogNotRemoved(Exception exception, Guid jobId);
}
