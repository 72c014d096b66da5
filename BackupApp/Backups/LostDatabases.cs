using BackupApp.Data;
using BackupApp.Engines;
using BackupApp.Inventories.Changes;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Backups;

/// <summary>
/// Databases that an earlier run of a whole server holds, and that this one does not find any more: somebody dropped them, or the login
/// sees less than it did.
/// </summary>
internal static class LostDatabases
{
    /// <summary>Within the transaction that plans a run's artifacts.</summary>
    public static async Task WarnOfLostAsync(
        this AppDbContext db, ClaimedJob job, IReadOnlyList<BackupArtifact> planned, CancellationToken cancellationToken)
    {
        if (job.Source.Selection.Scope != SourceScope.Server || !await IsAskedForAsync(db, job, cancellationToken))
            return;
        var there = planned.Select(a => a.Database).Concat(job.Source.Selection.ExcludeDatabases).ToHashSet(StringComparer.Ordinal);
        // One archive that holds all of them says itself what is gone from it.
        if (!planned.Any(a => a.Kind == ArtifactKind.Database))
            return;
        var gone = new List<BackupArtifact>();
        foreach (var lost in (await BaselineAsync(db, job, cancellationToken)).Where(a => !there.Contains(a.Database)))
        {
            if (lost.Copy.StoredAt is not null)
                gone.Add(lost);
            else if (await NewestAsync(db, job, lost.Database, cancellationToken) is { } before)
                gone.Add(before);
        }

        var silenced = await SilencedAsync(db, gone.ConvertAll(a => a.Id), cancellationToken);
        foreach (var artifact in gone.Where(a => !silenced.Contains(a.Id)).Take(FoundWarnings.Most))
            db.Add(ContentWarning.Create(Found(artifact), planned[0].Id, job.Id, job.Source.Id, artifact.Id));
        await db.SaveChangesAsync(cancellationToken);
    }

    private static async Task<bool> IsAskedForAsync(AppDbContext db, ClaimedJob job, CancellationToken cancellationToken) =>
        !await db.Set<WarningRules>().AnyAsync(r => r.DataSourceId == job.Source.Id && !r.LostTables, cancellationToken);

    // Not simply the run before: what is gone stays gone in the runs after it, until somebody has looked.
    private static async Task<List<BackupArtifact>> BaselineAsync(AppDbContext db, ClaimedJob job, CancellationToken cancellationToken)
    {
        var open = db.Set<ContentWarning>().Where(w => w.Rule == WarningRule.DatabaseGone && w.SilencedAt == null);
        var baseline = await db.Set<BackupJob>()
            .Where(j => j.DataSourceId == job.Source.Id && j.Id != job.Id && j.StartedAt != null)
            .Where(j => j.Status == RunStatus.Success || j.Status == RunStatus.Partial)
            .Where(j => !open.Any(w => w.JobId == j.Id))
            .OrderByDescending(j => j.CreatedAt).Select(j => (Guid?)j.Id).FirstOrDefaultAsync(cancellationToken);
        return await db.Set<BackupArtifact>().AsNoTracking()
            .Where(a => a.JobId == baseline && a.Kind == ArtifactKind.Database)
            .OrderBy(a => a.Position).ToListAsync(cancellationToken);
    }

    // It was there at the baseline, whose backup of it failed: an earlier one has it. Null where none was ever made.
    private static Task<BackupArtifact?> NewestAsync(
        AppDbContext db, ClaimedJob job, string database, CancellationToken cancellationToken) =>
        db.Set<BackupArtifact>().AsNoTracking()
            .Where(a => a.Kind == ArtifactKind.Database && a.Database == database && a.Copy.StoredAt != null)
            .Where(a => db.Set<BackupJob>().Any(j => j.Id == a.JobId && j.DataSourceId == job.Source.Id))
            .OrderByDescending(a => a.Copy.StoredAt)
            .FirstOrDefaultAsync(cancellationToken);

    private static async Task<List<Guid>> SilencedAsync(AppDbContext db, List<Guid> gone, CancellationToken cancellationToken) =>
        gone.Count == 0
            ? []
            : await db.Set<ContentWarning>()
                .Where(w => gone.Contains(w.BaselineId) && w.Rule == WarningRule.DatabaseGone && w.SilencedAt != null)
                .Select(w => w.BaselineId).ToListAsync(cancellationToken);

    private static FoundWarning Found(BackupArtifact artifact) => new(
        WarningRule.DatabaseGone, "", artifact.Database, 1, 0, $"The database {artifact.Database} is gone; the backup before had it");
}
