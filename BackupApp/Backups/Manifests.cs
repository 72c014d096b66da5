using BackupApp.Destinations;
using BackupApp.Engines;
using BackupApp.Inventories.Kept;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Backups;

/// <summary>
/// Writes manifests. A backup is good without one: a failure is a warning on the job, and <see cref="OwedManifests"/> tries again.
/// </summary>
public sealed partial class Manifests(ConditionalChanges changes, EngineCatalog engines, ILogger<Manifests> logger)
{
    /// <summary>Null when it is written, else a sentence for the job's page.</summary>
    /// <param name="artifactId">Beyond the fence.</param>
    /// <param name="inventory">The full inventory's file, where it is at hand; else it is made of what is kept.</param>
    /// <exception cref="OperationCanceledException">Asked for; nothing else is thrown.</exception>
    public Task<string?> PutAsync(
        IObjectStore store, Guid jobId, Guid artifactId, byte[]? inventory, CancellationToken cancellationToken) =>
        TryAsync(
            jobId,
            job => PutAsync(store, job, job.Artifacts.Single(a => a.Id == artifactId), inventory, cancellationToken),
            cancellationToken);

    /// <summary>
    /// Writes the script that restores all of a run, where it is more than one file. As
    /// <see cref="PutAsync(IObjectStore, Guid, Guid, byte[], CancellationToken)"/>.
    /// </summary>
    public Task<string?> PutScriptAsync(IObjectStore store, Guid jobId, CancellationToken cancellationToken) =>
        TryAsync(jobId, job => PutScriptAsync(store, job, cancellationToken), cancellationToken);

    /// <summary>Writes what is missing beside the stored artifacts of a job.</summary>
    /// <exception cref="StoreException"/>
    public async Task CompleteAsync(IObjectStore store, BackupJob job, CancellationToken cancellationToken)
    {
        foreach (var artifact in job.Artifacts.Where(a => a.Copy.StoredAt is not null))
        {
            if (await store.FindAsync(artifact.Copy.Key + BackupManifest.Suffix, cancellationToken) is null)
                await PutAsync(store, job, artifact, null, cancellationToken);
        }

        // Anew even if it is there: it may be of a run that vanished before its last part was stored.
        await PutScriptAsync(store, job, cancellationToken);
    }

    private async Task<string?> TryAsync(Guid jobId, Func<BackupJob, Task> put, CancellationToken cancellationToken)
    {
        try
        {
            await put(await changes.ReadPatientlyAsync(
                (db, token) => db.Set<BackupJob>().AsNoTracking().Include(j => j.Artifacts).SingleAsync(j => j.Id == jobId, token),
                cancellationToken));
            return null;
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            LogFailed(e, jobId);
            var reason = e is StoreException ? e.Message : "The server's log has the details.";
            return "The backup is stored, but what describes it could not be written beside it at first; "
                + $"BackupApp goes on trying. {reason}";
        }
    }

    private async Task PutAsync(
        IObjectStore store, BackupJob job, BackupArtifact artifact, byte[]? inventory, CancellationToken cancellationToken)
    {
        var contents = await changes.ReadPatientlyAsync((db, token) => db.FindInventoryAsync(artifact.Id, token), cancellationToken);
        // Before the manifest: where that is, all is there.
        if (contents?.Row.Hash is not null && (inventory ?? FileOf(contents)) is { } file)
            await store.PutAsync(artifact.Copy.Key + InventoryFile.Suffix, file, InventoryFile.ContentType, cancellationToken);
        var manifest = BackupManifest.For(job, artifact, engines.Of(job.Engine), contents);
        await store.PutAsync(artifact.Copy.Key + BackupManifest.Suffix, manifest.ToUtf8Json(), BackupManifest.JsonType, cancellationToken);
    }

    // Of more tables than are kept it cannot be made again.
    private static byte[]? FileOf(KeptContents contents) =>
        contents is { Inventory: { } kept, Row.OtherTables: 0 } ? InventoryFile.Of(kept).File : null;

    private async Task PutScriptAsync(IObjectStore store, BackupJob job, CancellationToken cancellationToken)
    {
        if (RunScript.Utf8(job, engines.Of(job.Engine)) is { } script)
            await store.PutAsync(ObjectNames.ScriptKey(job.Artifacts[0].Copy.Key), script, RunScript.ContentType, cancellationToken);
    }

    [LoggerMessage(LogLevel.Warning, "What describes job {JobId} could not be written")]
    private partial void LogFailed(Exception exception, Guid jobId);
}
