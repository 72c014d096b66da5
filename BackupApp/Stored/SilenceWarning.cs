using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Errors;
using BackupApp.Inventories.Changes;
using BackupApp.Inventories.Kept;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Stored;

/// <summary>
/// "This was meant": a warning about a backup's contents counts no more, nor the same in later ones, and the backup is what later ones
/// are compared with.
/// </summary>
public sealed class SilenceWarning(AppDbContext db, AuditLog audit, CurrentActor actor)
{
    public const int LongestWhy = 500;

    /// <param name="warningId">Null for all of the backup.</param>
    /// <param name="why">For whoever reads it later.</param>
    /// <exception cref="NotFoundException"/>
    /// <exception cref="InvalidInputException">There is no reason, or one that is too long.</exception>
    public async Task RunAsync(Guid jobId, Guid? warningId, string? why, CancellationToken cancellationToken)
    {
        var reason = why?.Trim() ?? "";
        if (reason.Length is 0 or > LongestWhy)
            throw new InvalidInputException(new Dictionary<string, string> { ["Why"] = $"Say why, in 1 to {LongestWhy} characters." });
        var job = await db.Set<BackupJob>().AsNoTracking().SingleOrDefaultAsync(j => j.Id == jobId, cancellationToken)
            ?? throw new NotFoundException("backup");
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        // A run whose contents are being recorded now sees this decision, or this sees its warnings.
        await db.LockInventoriesAsync(job.DataSourceId, cancellationToken);
        var warnings = await db.Set<ContentWarning>().AsNoTracking()
            .Where(w => w.JobId == jobId && (warningId == null || w.Id == warningId))
            .ToListAsync(cancellationToken);
        if (warnings.Count == 0)
            throw new NotFoundException("warning");
        var open = warnings.FindAll(w => w.SilencedAt is null);
        var repeats = await RepeatsAsync(job, open, cancellationToken);
        var silenced = open.Concat(repeats).Select(w => w.Id).ToList();
        await db.Set<ContentWarning>().Where(w => silenced.Contains(w.Id)).ExecuteUpdateAsync(
            set => set.SetProperty(w => w.SilencedAt, _ => DateTimeOffset.UtcNow)
                .SetProperty(w => w.SilencedBy, actor.Value.Name)
                .SetProperty(w => w.SilencedWhy, reason),
            cancellationToken);
        if (open.Count > 0)
            audit.Record(
                AuditActions.BackupWarningSilenced,
                job.ToAuditTarget(),
                new { warnings = open.ConvertAll(w => w.Text), repeats = repeats.Count, why = reason });
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    // What was lost is still lost in the runs after it, which say so again until somebody has looked at one of them.
    private async Task<List<ContentWarning>> RepeatsAsync(BackupJob job, List<ContentWarning> open, CancellationToken cancellationToken)
    {
        // Where there was no run before, only the source stands in its place, and its parts cannot be told from one another.
        var baselines = open.Select(w => w.BaselineId).Where(id => id != job.DataSourceId).Distinct().ToList();
        var later = await db.Set<ContentWarning>().AsNoTracking()
            .Where(w => w.DataSourceId == job.DataSourceId && w.SilencedAt == null && baselines.Contains(w.BaselineId))
            .Where(w => db.Set<BackupJob>().Any(j => j.Id == w.JobId && j.CreatedAt > job.CreatedAt))
            .ToListAsync(cancellationToken);
        return later.FindAll(w => open.Exists(w.IsRepeatOf));
    }
}
