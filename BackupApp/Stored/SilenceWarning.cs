using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Errors;
using BackupApp.Inventories.Changes;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Stored;

/// <summary>
/// "This was meant": a warning about a backup's contents counts no more, and the backup is what later ones are compared with.
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
        var warnings = db.Set<ContentWarning>().Where(w => w.JobId == jobId && (warningId == null || w.Id == warningId));
        var texts = await warnings.Where(w => w.SilencedAt == null).Select(w => w.Text).ToListAsync(cancellationToken);
        if (texts.Count == 0 && !await warnings.AnyAsync(cancellationToken))
            throw new NotFoundException("warning");
        await warnings.Where(w => w.SilencedAt == null).ExecuteUpdateAsync(
            set => set.SetProperty(w => w.SilencedAt, _ => DateTimeOffset.UtcNow)
                .SetProperty(w => w.SilencedBy, actor.Value.Name)
                .SetProperty(w => w.SilencedWhy, reason),
            cancellationToken);
        if (texts.Count > 0)
            audit.Record(AuditActions.BackupWarningSilenced, job.ToAuditTarget(), new { warnings = texts, why = reason });
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
