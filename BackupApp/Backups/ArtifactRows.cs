using BackupApp.Data;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Backups;

/// <summary>The rows of artifacts, and how they end.</summary>
internal static class ArtifactRows
{
    public static IQueryable<BackupArtifact> Artifact(this AppDbContext db, BackupArtifact artifact) =>
        db.Set<BackupArtifact>().Where(a => a.Id == artifact.Id);

    public static IQueryable<BackupArtifact> ArtifactsOf(this AppDbContext db, ClaimedJob job) =>
        db.Set<BackupArtifact>().Where(a => a.JobId == job.Id);

    /// <summary>Ends artifacts without an object.</summary>
    /// <param name="look">Their keys are looked at after this; those beyond the fence, whose objects may be there, at once.</param>
    public static Task<int> CloseAsync(
        this IQueryable<BackupArtifact> artifacts,
        ArtifactStatus status,
        RunOutcome why,
        TimeSpan look,
        CancellationToken cancellationToken) =>
        artifacts.ExecuteUpdateAsync(
            set => set.SetProperty(a => a.Status, status)
                .SetProperty(a => a.Copy.UploadId, (string?)null)
                .SetProperty(a => a.ErrorStage, why.Stage)
                .SetProperty(a => a.ErrorCode, why.Code)
                .SetProperty(a => a.ErrorSummary, why.Summary)
                .SetProperty(a => a.CleanupDueAt, a => a.Copy.SealedAt != null ? DateTimeOffset.UtcNow : DateTimeOffset.UtcNow + look),
            cancellationToken);
}
