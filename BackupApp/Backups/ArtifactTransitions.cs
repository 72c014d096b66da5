using BackupApp.Destinations;
using BackupApp.Engines;
using BackupApp.Inventories.Changes;
using BackupApp.Inventories.Kept;
using BackupApp.Runs;
using BackupApp.Tools;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace BackupApp.Backups;

/// <summary>
/// What a run does to the rows of its artifacts, in the manner of <see cref="JobTransitions"/>:
/// false means that the job is not this run's any more.
/// </summary>
public sealed class ArtifactTransitions(RunLease<BackupJob> lease, ConditionalChanges changes, IOptions<BackupOptions> options)
{
    /// <summary>
    /// Writes down everything that is to be dumped, before the first byte of it. Null when the job is not this run's any more.
    /// </summary>
    /// <returns>One artifact for each target, in their order.</returns>
    public async Task<IReadOnlyList<BackupArtifact>?> PlanAsync(
        ClaimedJob job, IReadOnlyList<DumpTarget> targets, Func<ArtifactKind, string> extension, CancellationToken cancellationToken)
    {
        if (job.Artifacts.Select(a => a.Target).SequenceEqual(targets))
            return job.Artifacts;

        var keys = ObjectNames.Keys(
            job.Source.Name,
            targets,
            job.Job.StartedAt ?? job.Job.CreatedAt,
            job.Id,
            kind => job.Job.Form.Extension(extension(kind)));
        var artifacts = targets.Zip(keys).Select((t, i) => BackupArtifact.Create(job.Job, i, t.First, job.Destination, t.Second)).ToList();
        var first = artifacts[0].Id;
        var planned = await changes.TryAsync(
            async (db, _) =>
            {
                if (!await db.Held<BackupJob>(job.Held).HoldAsync(cancellationToken))
                    return false;
                db.AddRange(artifacts);
                await db.SaveChangesAsync(cancellationToken);
                await db.WarnOfLostAsync(job, artifacts, cancellationToken);
                return true;
            },
            db => db.Set<BackupArtifact>().AnyAsync(a => a.Id == first, cancellationToken),
            cancellationToken);
        return planned ? artifacts : null;
    }

    /// <summary>From here on something may be at the artifact's key. False also when somebody asked to cancel.</summary>
    public Task<bool> StartAsync(ClaimedJob job, BackupArtifact artifact, CancellationToken cancellationToken) => changes.TryAsync(
        async (db, _) => await db.Held<BackupJob>(job.Held).Where(j => !j.CancelRequested).HoldAsync(cancellationToken)
            && await db.Artifact(artifact)
                .ExecuteUpdateAsync(set => set.SetProperty(a => a.Status, ArtifactStatus.Running), cancellationToken) == 1,
        db => db.Artifact(artifact).AnyAsync(a => a.Status == ArtifactStatus.Running, cancellationToken),
        cancellationToken);

    /// <summary>What dumps it, and what the dump will lack.</summary>
    public Task<bool> PreparedAsync(
        ClaimedJob job,
        BackupArtifact artifact,
        ToolCommand command,
        DatabaseTraits? traits,
        CancellationToken cancellationToken) =>
        changes.TryAsync(
            async (db, _) =>
                await db.Held<BackupJob>(job.Held)
                    .ExecuteUpdateAsync(set => set.SetProperty(j => j.ToolVersion, command.ToolVersion), cancellationToken) == 1
                && await db.Artifact(artifact).ExecuteUpdateAsync(
                    set =>
                        set.SetProperty(a => a.ToolVersion, command.ToolVersion)
                            .SetProperty(a => a.Note, BackupArtifact.Join(command.Notes))
                            .SetProperty(a => a.Traits, traits),
                    cancellationToken) == 1,
            db => db.Artifact(artifact).AnyAsync(a => a.ToolVersion == command.ToolVersion, cancellationToken),
            cancellationToken);

    /// <summary>Notes the open upload, so that whoever cleans up knows of it.</summary>
    public Task<bool> UploadOpenedAsync(ClaimedJob job, BackupArtifact artifact, string uploadId, CancellationToken cancellationToken) =>
        changes.TryAsync(
            async (db, _) => await db.Held<BackupJob>(job.Held).HoldAsync(cancellationToken)
                && await db.Artifact(artifact)
                    .ExecuteUpdateAsync(set => set.SetProperty(a => a.Copy.UploadId, uploadId), cancellationToken) == 1,
            db => db.Artifact(artifact).AnyAsync(a => a.Copy.UploadId == uploadId, cancellationToken),
            cancellationToken);

    /// <summary>
    /// The fence before completion: still this run's job, and nobody asked to cancel. True records size, hash
    /// and the intent to complete; from then on a cancel is too late for this artifact. False: abort the upload.
    /// </summary>
    /// <param name="progress">Of the whole job, this artifact included.</param>
    public Task<bool> SealAsync(
        ClaimedJob job,
        BackupArtifact artifact,
        RunProgress progress,
        SealedDump dump,
        CancellationToken cancellationToken)
    {
        var note = BackupArtifact.Join(dump.Notes);
        return lease.FenceAsync(
            job.Held,
            progress,
            async db => await db.Artifact(artifact).ExecuteUpdateAsync(
                set => set.SetProperty(a => a.Copy.SealedAt, _ => DateTimeOffset.UtcNow)
                    .SetProperty(a => a.BytesRead, dump.BytesRead)
                    .SetProperty(a => a.Size, dump.Size)
                    .SetProperty(a => a.Sha256, dump.Sha256)
                    .SetProperty(a => a.Note, note),
                cancellationToken) == 1,
            db => db.Artifact(artifact).AnyAsync(a => a.Copy.SealedAt != null, cancellationToken),
            cancellationToken);
    }

    public Task<bool> StoredAsync(ClaimedJob job, BackupArtifact artifact, ObjectInfo stored, CancellationToken cancellationToken) =>
        changes.TryAsync(
            async (db, _) => await db.Held<BackupJob>(job.Held).HoldAsync(cancellationToken)
                && await db.Artifact(artifact).ExecuteUpdateAsync(
                    set => set.SetProperty(a => a.Status, ArtifactStatus.Success)
                        .SetProperty(a => a.Copy.UploadId, (string?)null)
                        .SetProperty(a => a.Copy.StoredAt, _ => DateTimeOffset.UtcNow)
                        .SetProperty(a => a.Copy.VersionId, stored.VersionId),
                    cancellationToken) == 1,
            db => db.Artifact(artifact).AnyAsync(a => a.Copy.StoredAt != null, cancellationToken),
            cancellationToken);

    /// <summary>Its upload was aborted, or never begun.</summary>
    public Task<bool> FailedAsync(ClaimedJob job, BackupArtifact artifact, RunOutcome failure, CancellationToken cancellationToken)
    {
        var look = options.Value.OrphanLook;
        return changes.TryAsync(
            async (db, _) => await db.Held<BackupJob>(job.Held).HoldAsync(cancellationToken)
                && await db.Artifact(artifact).CloseAsync(ArtifactStatus.Failed, failure, look, cancellationToken) == 1,
            db => db.Artifact(artifact).AnyAsync(a => a.Status == ArtifactStatus.Failed, cancellationToken),
            cancellationToken);
    }

    /// <summary>
    /// Gives up what a canceled job has stored; its objects are to be removed at once. The cleaner
    /// of orphans sees to what is left of them, should that not come to pass.
    /// </summary>
    public Task<bool> DiscardAsync(ClaimedJob job, CancellationToken cancellationToken) => changes.TryAsync(
        async (db, _) =>
        {
            if (!await db.Held<BackupJob>(job.Held).HoldAsync(cancellationToken))
                return false;
            await db.ArtifactsOf(job).Where(a => a.Copy.StoredAt != null).ExecuteUpdateAsync(
                set => set.SetProperty(a => a.Status, ArtifactStatus.Canceled)
                    .SetProperty(a => a.Copy.StoredAt, (DateTimeOffset?)null)
                    .SetProperty(a => a.CleanupDueAt, _ => DateTimeOffset.UtcNow),
                cancellationToken);
            // It was no backup: no later one is compared with it.
            await db.Set<ContentWarning>().Where(w => w.JobId == job.Id).ExecuteDeleteAsync(cancellationToken);
            await db.Set<KeptInventory>().Where(i => i.JobId == job.Id).ExecuteDeleteAsync(cancellationToken);
            return true;
        },
        db => db.ArtifactsOf(job).AllAsync(a => a.Copy.StoredAt == null, cancellationToken),
        cancellationToken);
}
