using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Engines;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Restores;

/// <summary>One thing that can be restored: a part of a backup.</summary>
/// <param name="Size">Bytes as stored.</param>
/// <param name="IsPartial">Other parts of the same backup failed.</param>
public sealed record RestorablePiece(
    Guid BackupId, Guid ArtifactId, ArtifactKind Kind, string Database, DateTimeOffset TakenAt, long Size, bool IsPartial);

/// <param name="Parts">The newest first; of a backup of a whole server all parts of the one that was chosen.</param>
public sealed record RestoreChoice(DataSource Source, IReadOnlyList<RestorablePiece> Parts)
{
    public bool CanUseOwnLogin => Source is { DeletedAt: null, HasCredentials: true };

    /// <summary>Which stored login restores, for people.</summary>
    public string StoredLogin => Source.HasRestoreLogin
        ? $"its login for restores ({Source.RestoreUsername})"
        : $"its own login ({Source.Username})";
}

/// <summary>What a person can choose from: the newest good backups, one that was clicked on, or the newest as of a time.</summary>
public sealed class RestoreChoices(AppDbContext db)
{
    private const int Shown = 10;

    /// <param name="sourceId">One of the first three is enough.</param>
    /// <param name="asOf">In UTC; null for now.</param>
    /// <returns>Null where there is no such thing.</returns>
    public async Task<RestoreChoice?> ReadAsync(
        Guid? sourceId, Guid? backupId, Guid? artifactId, DateTime? asOf, CancellationToken cancellationToken)
    {
        if (artifactId is { } artifact)
            backupId = await db.Set<BackupArtifact>().Where(a =>
                a.Id == artifact).Select(a => (Guid?)a.JobId).SingleOrDefaultAsync(cancellationToken);
        if (backupId is { } backup)
            sourceId = await db.Set<BackupJob>().Where(j =>
                j.Id == backup).Select(j => (Guid?)j.DataSourceId).SingleOrDefaultAsync(cancellationToken);
        var source = sourceId is not { } id
            ? null
            : await db.Set<DataSource>().IgnoreQueryFilters().AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, cancellationToken);
        return source is null ? null : new(source, await PartsAsync(source.Id, backupId, asOf, cancellationToken));
    }

    private async Task<IReadOnlyList<RestorablePiece>> PartsAsync(
        Guid sourceId, Guid? backupId, DateTime? asOf, CancellationToken cancellationToken)
    {
        var jobs = RestorePlans.Restorable(db.Set<BackupJob>().AsNoTracking()).Where(j => j.DataSourceId == sourceId);
        if (backupId is { } chosen)
            jobs = jobs.Where(j => j.Id == chosen);
        if (asOf is { } moment)
        {
            var utc = new DateTimeOffset(DateTime.SpecifyKind(moment, DateTimeKind.Utc));
            jobs = jobs.Where(j => (j.StartedAt ?? j.CreatedAt) <= utc);
        }

        var newest = await jobs.Include(j =>
            j.Artifacts).OrderByDescending(j => j.CreatedAt).ThenByDescending(j => j.Id).Take(Shown).ToListAsync(cancellationToken);
        // Of a whole server one backup at a time: ten of them with all their databases would be no choice.
        if (newest is [{ Artifacts.Count: > 1 } whole, ..])
            newest = [whole];
        return [.. newest.SelectMany(Pieces)];
    }

    private static IEnumerable<RestorablePiece> Pieces(BackupJob job) => job.Artifacts
        .Where(a => a.Copy.StoredAt is not null)
        .OrderBy(a => a.Position)
        .Select(a => new RestorablePiece(
            job.Id, a.Id, a.Kind, a.Database, job.StartedAt ?? job.CreatedAt, a.Size ?? 0, job.Status == RunStatus.Partial));
}
