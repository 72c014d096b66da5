using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Engines;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Restores.Batches;

/// <summary>One database of those that are to be restored together.</summary>
/// <param name="Piece">Of its newest good backup; null where there is none.</param>
/// <param name="TargetDatabase">The name that it gets there, unless somebody chooses another.</param>
public sealed record BatchRow(DataSource Source, RestorablePiece? Piece, string TargetDatabase);

/// <summary>
/// What sources come to when all of them are restored: of each the backup that is suggested when it is restored alone, of a whole
/// server every database of it. Roles and tablespaces are in none: they belong to no database.
/// </summary>
public sealed class BatchRows(AppDbContext db, RestoreChoices choices)
{
    /// <param name="isBeside">Each at its own server, and so under another name than its own.</param>
    /// <returns>In the order of the names.</returns>
    public async Task<IReadOnlyList<BatchRow>> ReadAsync(
        IReadOnlyCollection<Guid> sources, bool isBeside, CancellationToken cancellationToken)
    {
        var found = await db.Set<DataSource>().AsNoTracking().Where(s => sources.Contains(s.Id))
            .OrderBy(s => s.Name).ThenBy(s => s.Id).ToListAsync(cancellationToken);
        var rows = new List<(DataSource Source, RestorablePiece? Piece)>();
        foreach (var source in found)
        {
            var pieces = await PiecesAsync(source.Id, cancellationToken);
            rows.AddRange(pieces.DefaultIfEmpty().Select(p => (source, p)));
        }

        var names = BatchNames.Of([.. rows.Select(r => Wanted(r.Piece, isBeside))]);
        return [.. rows.Zip(names, (row, name) => new BatchRow(row.Source, row.Piece, name))];
    }

    /// <summary>The same of a backup that somebody chose.</summary>
    /// <param name="artifact">Null for all of its databases.</param>
    /// <returns>None where it has no such database.</returns>
    public async Task<IReadOnlyList<BatchRow>> ReadAsync(
        Guid sourceId, Guid backup, Guid? artifact, bool isBeside, CancellationToken cancellationToken)
    {
        var source = await db.Set<DataSource>().IgnoreQueryFilters().AsNoTracking()
            .SingleOrDefaultAsync(s => s.Id == sourceId, cancellationToken);
        var job = await RestorePlans.Restorable(db.Set<BackupJob>().AsNoTracking()).Include(j => j.Artifacts)
            .SingleOrDefaultAsync(j => j.Id == backup && j.DataSourceId == sourceId, cancellationToken);
        var pieces = source is null ? [] : Pieces(job).Where(p => artifact is null || p.ArtifactId == artifact).ToList();
        return pieces.ConvertAll(p => new BatchRow(source!, p, Wanted(p, isBeside)));
    }

    private static string Wanted(RestorablePiece? piece, bool isBeside) =>
        piece is null ? "" : isBeside ? TargetNames.Beside(piece.Database, piece.TakenAt) : piece.Database;

    private async Task<IEnumerable<RestorablePiece>> PiecesAsync(Guid source, CancellationToken cancellationToken)
    {
        var choice = await choices.ReadAsync(source, null, null, null, null, cancellationToken);
        // A damaged one comes last, where there is nothing else: nobody restores that among many.
        return choice is null
            ? []
            : choice.Parts.Where(p => p is { Kind: ArtifactKind.Database, Damage: null } && p.BackupId == choice.SuggestedBackup);
    }

    private static IEnumerable<RestorablePiece> Pieces(BackupJob? job) =>
        job is null ? [] : RestorablePiece.Of(job).Where(p => p.Kind == ArtifactKind.Database);
}
