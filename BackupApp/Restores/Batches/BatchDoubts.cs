using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Engines;
using BackupApp.Inventories.Changes;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Restores.Batches;

/// <summary>What somebody should know of a source's backup before it is restored with others.</summary>
/// <param name="Missing">Databases of the source that the chosen backup does not hold.</param>
public sealed record SourceDoubt(Guid Source, IReadOnlyList<string> Missing)
{
    /// <summary>The newest backup, where it is not the chosen one, because something is open about it.</summary>
    public SuspectBackup? Newest { get; init; }
}

/// <param name="ByArtifact">What is known against the chosen parts, as sentences without a full stop.</param>
/// <param name="Sources">Of those about which there is something to say.</param>
public sealed record BatchDoubts(ILookup<Guid, string> ByArtifact, IReadOnlyList<SourceDoubt> Sources);

/// <summary>Reads what is known against backups that were chosen to be restored together.</summary>
public sealed class BatchDoubtReader(AppDbContext db, RestoreChoices choices)
{
    /// <param name="backups">Chosen ones.</param>
    public async Task<BatchDoubts> ReadAsync(IReadOnlyCollection<Guid> backups, CancellationToken cancellationToken)
    {
        var jobs = await RestorePlans.Restorable(db.Set<BackupJob>().AsNoTracking()).Include(j => j.Artifacts)
            .Where(j => backups.Contains(j.Id)).OrderBy(j => j.DataSourceName).ThenBy(j => j.Id).ToListAsync(cancellationToken);
        var warnings = await db.Set<ContentWarning>().AsNoTracking().Where(w => backups.Contains(w.JobId) && w.SilencedAt == null)
            .OrderBy(w => w.Id).Select(w => new { w.ArtifactId, w.Text }).ToListAsync(cancellationToken);
        var against = jobs.SelectMany(RestorablePiece.Of).Where(p => p.Damage is not null)
            .Select(p => new { p.ArtifactId, Text = p.Damage! }).Concat(warnings).ToLookup(w => w.ArtifactId, w => w.Text);
        var sources = new List<SourceDoubt>();
        foreach (var job in jobs)
        {
            var missing = RestorablePiece.Of(job).Select(p => p.Missing).FirstOrDefault([]);
            var doubt = new SourceDoubt(job.DataSourceId, missing) { Newest = await NewestAsync(job, cancellationToken) };
            if (doubt.Newest is not null || missing.Count > 0)
                sources.Add(doubt);
        }

        return new(against, sources);
    }

    /// <summary>Those of them whose backups are one archive of a whole server, of which no part is restored with others.</summary>
    public async Task<IReadOnlyList<Guid>> OneArchiveAsync(IReadOnlyCollection<Guid> sources, CancellationToken cancellationToken) =>
        await RestorePlans.Restorable(db.Set<BackupJob>())
            .Where(j => sources.Contains(j.DataSourceId)
                && j.Artifacts.Any(a => a.Kind == ArtifactKind.Server && a.Copy.StoredAt != null && a.DamagedAt == null))
            .Select(j => j.DataSourceId).Distinct().ToListAsync(cancellationToken);

    private async Task<SuspectBackup?> NewestAsync(BackupJob job, CancellationToken cancellationToken)
    {
        var choice = await choices.ReadAsync(job.DataSourceId, null, null, null, null, cancellationToken);
        return choice?.SuggestedBackup == job.Id ? choice.Newest : null;
    }
}
