using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Engines;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Backups;

/// <summary>A job with all that its run needs to know.</summary>
internal static class ClaimedJobRows
{
    /// <summary>Null when somebody else holds it by now.</summary>
    public static async Task<ClaimedJob?> ReadAsync(AppDbContext db, HeldRun taken, CancellationToken cancellationToken)
    {
        var job = await db.Held<BackupJob>(taken).AsNoTracking().Include(j => j.Artifacts).SingleOrDefaultAsync(cancellationToken);
        if (job is null)
            return null;
        var source = await SourceAsync(db, job, cancellationToken);
        var destination = await DestinationAsync(db, job, cancellationToken);
        return new ClaimedJob(job, source, destination, [.. job.Artifacts.OrderBy(a => a.Position)], taken.WorkerId);
    }

    /// <summary>
    /// Of a job that was just claimed. The artifact of a single database, known before its server is asked, joins the unit of work.
    /// </summary>
    public static async Task<ClaimedJob> PrepareAsync(
        AppDbContext db, HeldRun claim, Func<Engine, string> extension, CancellationToken cancellationToken)
    {
        var job = await db.Run<BackupJob>(claim.Id).AsNoTracking().SingleAsync(cancellationToken);
        var source = await SourceAsync(db, job, cancellationToken);
        var destination = await DestinationAsync(db, job, cancellationToken);
        if (source.Selection.Scope == SourceScope.Server)
            return new ClaimedJob(job, source, destination, [], claim.WorkerId);

        var ending = job.Form.Extension(extension(source.Engine));
        var key = ObjectNames.Key(source.Name, source.Database, job.StartedAt!.Value, job.Id, ending);
        var artifact = BackupArtifact.Create(job, 0, new DumpTarget(ArtifactKind.Database, source.Database), destination, key);
        db.Add(artifact);
        return new ClaimedJob(job, source, destination, [artifact], claim.WorkerId);
    }

    // One that was deleted since is still needed to say so.
    private static Task<DataSource> SourceAsync(AppDbContext db, BackupJob job, CancellationToken cancellationToken) =>
        db.Set<DataSource>().IgnoreQueryFilters().AsNoTracking().SingleAsync(s => s.Id == job.DataSourceId, cancellationToken);

    private static Task<StorageDestination> DestinationAsync(AppDbContext db, BackupJob job, CancellationToken cancellationToken) =>
        db.Set<StorageDestination>().IgnoreQueryFilters().AsNoTracking().SingleAsync(d => d.Id == job.DestinationId, cancellationToken);
}
