using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Engines;
using BackupApp.Engines.Restores;
using BackupApp.Errors;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Restores;

/// <summary>
/// Looks again at targets that were away when a restore ended, and clears away what is half-made there. Only with a stored login:
/// one that was given is wiped by then, and the job's notes name what may be left.
/// </summary>
public sealed partial class RestoreCleanup(
    AppDbContext db, RestoreTargets targets, RestoreRun run, EngineCatalog engines, TimeProvider time, ILogger<RestoreCleanup> logger)
        : IReaperPart
{
    private const int Batch = 20;

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Patience = TimeSpan.FromDays(1);

    public string Name => "half-made databases";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var due = await db.Set<RestoreJob>().AsNoTracking().Where(j => j.CleanupDueAt != null && j.CleanupDueAt < DateTimeOffset.UtcNow)
            .OrderBy(j => j.CleanupDueAt).Take(Batch).ToListAsync(cancellationToken);
        foreach (var job in due)
        {
            var done = await TryAsync(job, cancellationToken) || job.FinishedAt < time.GetUtcNow() - Patience;
            await db.Set<RestoreJob>().Where(j => j.Id == job.Id).ExecuteUpdateAsync(
                set => set.SetProperty(j => j.CleanupDueAt, _ => done ? null : DateTimeOffset.UtcNow + Pause), cancellationToken);
        }
    }

    private async Task<bool> TryAsync(RestoreJob job, CancellationToken cancellationToken)
    {
        var claimed = await ClaimedRestore.ReadAsync(db, job, Guid.Empty, cancellationToken);
        if (!RestoreTargets.HasStored(job, claimed.Source))
            return true;
        try
        {
            var order = run.OrderOf(claimed, await targets.ConnectionAsync(job, claimed.Source, cancellationToken));
            var engine = engines.Of(job.Engine).Restore;
            var remains = await SettleTime.WithinAsync(token => engine.SettleAsync(order, job.Marks, token), time, cancellationToken);
            await RecordAsync(job, remains);
            LogSettled(job.Id, remains.Sentence);
            return true;
        }
        catch (Exception e) when (e is StagedException or System.Security.Cryptography.CryptographicException)
        {
            LogNotSettled(e, job.Id);
            return false;
        }
    }

    // How it ended stays as it was told; what stands there is known only now, and is what people go by who want to undo or to drop.
    private async Task RecordAsync(RestoreJob job, RestoreRemains remains)
    {
        var isInPlace = remains.Standing == RestoreStanding.InPlace;
        var notes = BackupArtifact.Join([.. job.AllNotes.Union(isInPlace ? job.Marks.Swap?.Errors ?? [] : []), remains.Sentence]);
        var (name, oid) = isInPlace ? (remains.Kept?.Name, remains.Kept?.Oid) : (null, null);
        await db.Set<RestoreJob>().Where(j => j.Id == job.Id && j.CleanupDueAt != null).ExecuteUpdateAsync(
            set => set.SetProperty(j => j.Notes, notes)
                .SetProperty(j => j.InPlace, j => j.InPlace || isInPlace)
                .SetProperty(j => j.KeptDatabase, j => name ?? j.KeptDatabase)
                .SetProperty(j => j.KeptOid, j => oid ?? j.KeptOid),
            CancellationToken.None);
    }

    [LoggerMessage(LogLevel.Information, "The target of the restore {JobId} was looked at again: {What}")]
    private partial void LogSettled(Guid jobId, string what);

    [LoggerMessage(LogLevel.Warning, "What the restore {JobId} made on its target could not be cleared away yet")]
    private partial void LogNotSettled(Exception exception, Guid jobId);
}
