using BackupApp.Destinations;
using BackupApp.Engines;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Backups;

/// <summary>Writes manifests. A backup is good without one, so a failure is a warning on the job and nothing more.</summary>
public sealed partial class Manifests(ConditionalChanges decisions, IEnumerable<IDumpTool> tools, ILogger<Manifests> logger)
{
    /// <summary>Null when it is written, else a sentence for the job's page.</summary>
    /// <param name="artifactId">Beyond the fence.</param>
    public async Task<string?> PutAsync(IObjectStore store, Guid jobId, Guid artifactId)
    {
        var job = await decisions.ReadAsync(db => db.Set<BackupJob>().AsNoTracking().Include(j => j.Artifacts.Where(a => a.Id == artifactId)).SingleAsync(j => j.Id == jobId));
        var artifact = job.Artifacts.Single();
        try
        {
            var manifest = BackupManifest.For(job, artifact, tools.Single(t => t.Engine == job.Engine));
            await store.PutAsync(artifact.Key + BackupManifest.Suffix, manifest.ToUtf8Json(), BackupManifest.JsonType, CancellationToken.None);
            return null;
        }
        catch (StoreException e)
        {
            LogFailed(e, artifact.Key);
            return $"The backup of {artifact.Database} is stored, but its manifest could not be written beside it: {e.Message}";
        }
    }

    [LoggerMessage(LogLevel.Warning, "The manifest of {Key} could not be written")]
    private partial void LogFailed(Exception exception, string key);
}
