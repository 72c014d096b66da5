using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Stored.Scan;

/// <summary>
/// Holds what a destination lists against the catalogue: an object that is gone or has another size makes its backup damaged.
/// Buckets have rules that nobody told us. Both lists come in the order of their keys, so that their length costs time and no memory;
/// whatever looks wrong is asked for once more by itself.
/// </summary>
public sealed class StoredCheck(IServiceScopeFactory scopes, AppDbContext db, AuditLog audit)
{
    /// <summary>What is newer may have been stored after the list went past its place.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromHours(1);

    /// <param name="listed">What is there, by key.</param>
    /// <param name="now">When the list began.</param>
    public async Task RunAsync(
        StorageDestination destination, IObjectStore store, IAsyncEnumerable<ObjectInfo> listed, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        // A connection of its own: the list of what should be there is read all the while.
        await using var scope = scopes.CreateAsyncScope();
        var catalogue = Catalogue(scope.ServiceProvider.GetRequiredService<AppDbContext>(), destination.Id, now - Settling);
        await using var there = listed.GetAsyncEnumerator(cancellationToken);
        var more = await there.MoveNextAsync();
        await foreach (var expected in catalogue.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            while (more && string.CompareOrdinal(there.Current.Key, expected.Key) < 0)
                more = await there.MoveNextAsync();
            var isThere = more && there.Current.Key == expected.Key && there.Current.Size == expected.Size;
            if (isThere == expected.IsDamaged)
                await LookAgainAsync(store, expected, cancellationToken);
        }
    }

    private static IQueryable<Expected> Catalogue(AppDbContext db, Guid destinationId, DateTimeOffset before) =>
        from artifact in db.Set<BackupArtifact>().AsNoTracking()
        join job in db.Set<BackupJob>() on artifact.JobId equals job.Id
        where artifact.Copy.DestinationId == destinationId && job.DeletionMarkedAt == null
            && (job.Status == RunStatus.Success || job.Status == RunStatus.Partial)
            && artifact.Copy.StoredAt != null && artifact.Copy.StoredAt < before
        orderby EF.Functions.Collate(artifact.Copy.Key, "C")
        select new Expected(artifact.Id, job.Id, job.DataSourceName, artifact.Copy.Key, artifact.Size ?? 0, artifact.DamagedAt != null);

    private async Task LookAgainAsync(IObjectStore store, Expected expected, CancellationToken cancellationToken)
    {
        var found = await store.FindAsync(expected.Key, cancellationToken);
        var what = found is null
            ? "Its object is gone from its destination."
            : found.Size != expected.Size
                ? $"Its object has {found.Size} bytes; {expected.Size} were stored."
                : null;
        if (what is null != expected.IsDamaged)
            return;
        await MarkAsync(expected, what, cancellationToken);
    }

    /// <param name="what">Null where it is good after all.</param>
    private async Task MarkAsync(Expected expected, string? what, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        // Somebody may have deleted the backup since the catalogue was read: then its object is gone as it should be. Who is at it right
        // now is waited for.
        var kept = await db.Database.SqlQuery<Guid>(
            $"""
            select id as "Value" from backup_jobs where id = {expected.JobId} and deletion_marked_at is null for no key update
            """).ToListAsync(cancellationToken);
        if (kept.Count == 0)
            return;
        await db.Set<BackupArtifact>().Where(a => a.Id == expected.ArtifactId).ExecuteUpdateAsync(
            set => set.SetProperty(a => a.DamagedAt, _ => what == null ? null : DateTimeOffset.UtcNow).SetProperty(a => a.Damage, what),
            cancellationToken);
        // The job is as good as the worst of its parts.
        await db.Database.ExecuteSqlAsync(
            $"""
            update backup_jobs set damaged_at = (select min(a.damaged_at) from backup_artifacts a where a.job_id = backup_jobs.id)
            where id = {expected.JobId}
            """,
            cancellationToken);
        audit.Record(
            what is null ? AuditActions.BackupFoundAgain : AuditActions.BackupDamaged,
            new AuditTarget("backup_job", expected.JobId, expected.DataSourceName),
            new { expected.Key, expected.Size, what });
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private sealed record Expected(Guid ArtifactId, Guid JobId, string DataSourceName, string Key, long Size, bool IsDamaged);
}
