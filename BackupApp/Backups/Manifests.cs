using BackupApp.Destinations;
using BackupApp.Engines;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Backups;

/// <summary>Writes manifests. A backup is good without one: a failure is a warning on the job, and <see cref="OwedManifests"/> tries again.</summary>
public sealed partial class Manifests(ConditionalChanges decisions, EngineCatalog engines, ILogger<Manifests> logger)
{
    /// <summary>Null when it is written, else a sentence for the job's page.</summary>
    /// <param name="artifactId">Beyond the fence.</param>
    /// <exception cref="OperationCanceledException">Asked for; nothing else is thrown.</exception>
    public async Task<string?> PutAsync(IObjectStore store, Guid jobId, Guid artifactId, CancellationToken cancellationToken)
    {
        try
        {
            var job = await decisions.ReadPatientlyAsync(
                (db, token) => db.Set<BackupJob>().AsNoTracking().Include(j => j.Artifacts).SingleAsync(j => j.Id == jobId, token), cancellationToken);
            await PutAsync(store, job, job.Artifacts.Single(a => a.Id == artifactId), cancellationToken);
            return null;
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            LogFailed(e, jobId);
            var reason = e is StoreException ? e.Message : "The server's log has the details.";
            return $"The backup is stored, but a manifest could not be written beside it at first; BackupApp goes on trying. {reason}";
        }
    }

    /// <summary>Writes what is missing beside the stored artifacts of a job.</summary>
    /// <exception cref="StoreException"/>
    public async Task CompleteAsync(IObjectStore store, BackupJob job, CancellationToken cancellationToken)
    {
        foreach (var artifact in job.Artifacts.Where(a => a.StoredAt is not null))
        {
            if (await store.FindAsync(artifact.Key + BackupManifest.Suffix, cancellationToken) is null)
                await PutAsync(store, job, artifact, cancellationToken);
        }
    }

    private async Task PutAsync(IObjectStore store, BackupJob job, BackupArtifact artifact, CancellationToken cancellationToken)
    {
        var manifest = BackupManifest.For(job, artifact, engines.Of(job.Engine));
        await store.PutAsync(artifact.Key + BackupManifest.Suffix, manifest.ToUtf8Json(), BackupManifest.JsonType, cancellationToken);
    }

    [LoggerMessage(LogLevel.Warning, "A manifest of job {JobId} could not be written")]
    private partial void LogFailed(Exception exception, Guid jobId);
}
