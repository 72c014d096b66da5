using System.Security.Cryptography;
using BackupApp.Audit;
using BackupApp.Destinations;
using BackupApp.Errors;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace BackupApp.Backups;

/// <summary>What becomes of a backup whose worker vanished: heals what was completed, cleans what was not, and only then decides.</summary>
public sealed partial class VanishedBackups(
    JobTransitions transitions,
    ArtifactTransitions artifacts,
    ConditionalChanges changes,
    ObjectStores stores,
    ContentsRecord contents,
    Manifests manifests,
    BackupQueue queue,
    IRestoresUnderWay restores,
    ILogger<VanishedBackups> logger) : IVanishedRuns<BackupJob>
{
    // How long a destination that cannot be reached may keep a job undecided.
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    // The same where a part was complete but for a word of ours: it is a good backup, which is removed with a job that has failed.
    private static readonly TimeSpan PatienceWithSealed = TimeSpan.FromDays(7);

    // Those that did not answer in this round: each is waited for once, however many of its jobs are lost.
    private readonly Dictionary<Guid, StoreException> _silent = [];

    public async Task DecideAsync(HeldRun taken, CancellationToken cancellationToken)
    {
        if (await transitions.ReadAsync(taken, cancellationToken) is { } job)
            await DecideAsync(job, cancellationToken);
    }

    private async Task DecideAsync(ClaimedJob job, CancellationToken cancellationToken)
    {
        var record = new RunRecord(job.Job.BytesRead, job.Job.BytesStored, job.Job.ToolLog, job.Job.Warning, OwesManifests: true);
        try
        {
            if (_silent.TryGetValue(job.Destination.Id, out var known))
                throw new StoreException(known.Error, known.Message, known);
            using var store = stores.Open(job.Destination);
            foreach (var artifact in job.Artifacts.Where(a => a.Status == ArtifactStatus.Running))
            {
                if (await FindWholeAsync(store, artifact, cancellationToken) is not { } stored)
                    continue;
                await contents.KeepVanishedAsync(job, artifact, cancellationToken);
                if (await manifests.PutAsync(store, job.Id, artifact.Id, null, cancellationToken) is { } warning)
                    record = record with { Warning = $"{record.Warning} {warning}".Trim() };
                if (!await artifacts.StoredAsync(job, artifact, stored, CancellationToken.None))
                    return;
            }

            await FinishAsync(job, record, null);
        }
        catch (StoreException e) when (IsGivenUp(job, isFinal: e.Error == StoreError.BucketNotFound))
        {
            await FinishAsync(job, record, e.Message);
        }
        catch (StoreException e)
        {
            // Stale again in a while, and then tried again.
            _silent.TryAdd(job.Destination.Id, e);
            LogUndecided(e, job.Id);
        }
        catch (CryptographicException) when (IsGivenUp(job, isFinal: true))
        {
            await FinishAsync(job, record, "The destination's keys could not be decrypted.");
        }
        catch (CryptographicException e)
        {
            LogUndecided(e, job.Id);
        }
    }

    private static bool IsGivenUp(ClaimedJob job, bool isFinal) =>
        job.Artifacts.Any(a => a.Status == ArtifactStatus.Running && a.Copy.SealedAt is not null)
            ? job.Job.ReapedAt < DateTimeOffset.UtcNow - PatienceWithSealed
            : isFinal || job.Job.ReapedAt < DateTimeOffset.UtcNow - Patience;

    /// <summary>The object that the worker completed before it vanished; whatever else it left, half a manifest too, is removed.</summary>
    private static async Task<ObjectInfo?> FindWholeAsync(IObjectStore store, BackupArtifact artifact, CancellationToken cancellationToken)
    {
        var found = await store.FindAsync(artifact.Copy.Key, cancellationToken);
        foreach (var upload in await store.ListUploadsAsync(artifact.Copy.Key, cancellationToken))
            await store.AbortUploadAsync(upload, cancellationToken);

        // It may have been completed between the two looks.
        if (!IsWhole(found, artifact))
            found = await store.FindAsync(artifact.Copy.Key, cancellationToken);
        if (found is null || IsWhole(found, artifact))
            return found;
        await store.DeleteAsync(artifact.Copy.Key, found.VersionId, cancellationToken);
        return null;
    }

    private static bool IsWhole(ObjectInfo? found, BackupArtifact artifact) =>
        found is not null && artifact.Copy.SealedAt is not null && found.Size == artifact.Size;

    /// <summary>What is stored counts; everything else is lost with the worker, and named.</summary>
    private async Task FinishAsync(ClaimedJob job, RunRecord record, string? obstacle)
    {
        var lost = Lost(job, obstacle);
        var rows = await changes.ReadAsync(db => db.ArtifactsOf(job).AsNoTracking().OrderBy(a => a.Position).ToListAsync());
        var outcome = rows.Count == 0 ? lost : ArtifactEnd.OutcomeOf([.. rows.Select(a => new ArtifactEnd(a, End(a, lost)))]);
        if (rows.Count > 1)
            record = record with { BytesRead = Sum(rows, a => a.BytesRead), BytesStored = Sum(rows, a => a.Size) };
        var action = outcome.Status == RunStatus.Failed ? AuditActions.BackupReapedStuck : AuditActions.BackupReapedHealed;
        await transitions.FinishAsync(job, outcome, record, CancellationToken.None, action, lost);
        await queue.SendParkedAsync(job.Source.Id, job.Destination.Id);
        await restores.SendParkedAsync();
    }

    private static long Sum(IEnumerable<BackupArtifact> rows, Func<BackupArtifact, long?> bytes) =>
        rows.Where(a => a.Copy.StoredAt is not null).Sum(a => bytes(a) ?? 0);

    private static RunOutcome End(BackupArtifact artifact, RunOutcome lost) => artifact.Status switch
    {
        ArtifactStatus.Success => RunOutcome.Success,
        ArtifactStatus.Failed => new(RunStatus.Failed, artifact.ErrorStage, artifact.ErrorCode, artifact.ErrorSummary),
        _ => lost,
    };

    private static RunOutcome Lost(ClaimedJob job, string? obstacle) => new(
        RunStatus.Failed,
        RunStage.Worker,
        "worker_lost",
        $"The worker {job.Job.WorkerName} vanished in the middle of the backup: "
        + "its process was killed, or its machine stopped or lost the database."
        + (obstacle is null ? "" : $" What it left at the destination could not be looked at: {RunOutcome.OneLine(obstacle)}"));

    [LoggerMessage(
        LogLevel.Warning,
        "Job {JobId} of a vanished worker cannot be decided while its destination does not answer; it is tried again")]
    private partial void LogUndecided(Exception exception, Guid jobId);
}
