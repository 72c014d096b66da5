using BackupApp.Backups.Dumps;
using BackupApp.Destinations;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Backups;

/// <summary>Writes manifests. A backup is good without one, so a failure is a warning on the job and nothing more.</summary>
public sealed partial class Manifests(Decisions decisions, IEnumerable<IDumpTool> tools, ILogger<Manifests> logger)
{
    /// <summary>Null when it is written, else a sentence for the job's page.</summary>
    public async Task<string?> PutAsync(IObjectStore store, Guid jobId)
    {
        var job = await decisions.ReadAsync(db => db.Set<BackupJob>().AsNoTracking().Include(j => j.Artifacts).SingleAsync(j => j.Id == jobId));
        try
        {
            foreach (var artifact in job.Artifacts.Where(a => a.SealedAt is not null))
            {
                var manifest = BackupManifest.For(job, artifact, tools.Single(t => t.Engine == job.Engine));
                await store.PutAsync(artifact.Key + BackupManifest.Suffix, manifest.ToUtf8Json(), BackupManifest.JsonType, CancellationToken.None);
            }

            return null;
        }
        catch (StoreException e)
        {
            LogFailed(e, jobId);
            return $"The backup is stored, but its manifest could not be written beside it: {e.Message}";
        }
    }

    [LoggerMessage(LogLevel.Warning, "The manifest of job {JobId} could not be written")]
    private partial void LogFailed(Exception exception, Guid jobId);
}
