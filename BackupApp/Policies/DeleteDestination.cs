using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Errors;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Policies;

/// <summary>
/// Deletes a storage destination and its keys. Refused as long as anything needs them: a policy, a job, or a backup that still lies there and could
/// afterwards be neither downloaded nor deleted.
/// </summary>
public sealed class DeleteDestination(AppDbContext db, AuditLog audit, PolicyEditor policies, TimeProvider time)
{
    /// <exception cref="NotFoundException"/>
    /// <exception cref="ConflictException">It is in use, and by what; or it is the server's own.</exception>
    public async Task RunAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        // A policy or a job that refers to it waits for this lock, or was there first and is seen below.
        var destination = await db.Set<StorageDestination>().FromSql($"select *, xmin from storage_destinations where id = {id} for update").SingleOrDefaultAsync(cancellationToken)
            ?? throw new NotFoundException("storage destination");
        if (destination.IsManaged)
            throw new ConflictException("Server storage is set up with the server and cannot be deleted here.");
        await policies.RequireUnusedAsync(id, cancellationToken);
        RequireEmpty(await StoredTotals.AtAsync(db, id, cancellationToken));

        destination.Delete(time.GetUtcNow());
        // Without keys nobody can look after what failed there.
        await db.Set<BackupArtifact>().Where(a => a.CleanupDueAt != null && db.Set<BackupJob>().Any(j => j.Id == a.JobId && j.DestinationId == id))
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.CleanupDueAt, (DateTimeOffset?)null), cancellationToken);
        audit.Record(
            AuditActions.DestinationDeleted, new AuditTarget("storage_destination", destination.Id, destination.Name), new { destination.Endpoint, destination.Bucket, destination.Prefix });
        await db.SaveAsync("destination", e => e, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static void RequireEmpty(StoredTotals stored)
    {
        if (stored.Active > 0)
            throw new ConflictException($"{Count(stored.Active, "backup")} to this destination {Is(stored.Active)} queued or running. Wait for the end, or cancel first.");
        if (stored.Count > 0)
            throw new ConflictException($"{Count(stored.Count, "backup")} {Is(stored.Count)} still stored here, and could not be downloaded or deleted without its keys. Delete the backups first.");
    }

    private static string Count(int count, string thing) => count == 1 ? $"1 {thing}" : $"{count} {thing}s";

    private static string Is(int count) => count == 1 ? "is" : "are";
}
