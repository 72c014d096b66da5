using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Errors;
using BackupApp.Stored;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Policies;

/// <summary>
/// Deletes a storage destination and its keys. Refused as long as anything needs them: a policy, a job, or a backup that still lies there
/// and could afterwards be neither downloaded nor deleted. Such backups can be forgotten with it, since a bucket may be gone for good.
/// </summary>
public sealed class DeleteDestination(AppDbContext db, AuditLog audit, PolicyEditor policies, IRestoresUnderWay restores, TimeProvider time)
{
    /// <param name="forget">
    /// So many stored backups at most are forgotten: how many whoever asks was told of. Their objects are not touched.
    /// </param>
    /// <exception cref="NotFoundException"/>
    /// <exception cref="ConflictException">It is in use, and by what; or it is the server's own.</exception>
    public async Task RunAsync(Guid id, int forget, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        // A policy or a job that refers to it waits for this lock, or was there first and is seen below.
        var destination = await db.Set<StorageDestination>()
                .FromSql($"select *, xmin from storage_destinations where id = {id} for update")
                .SingleOrDefaultAsync(cancellationToken)
            ?? throw new NotFoundException("storage destination");
        if (destination.IsManaged)
            throw new ConflictException("Server storage is set up with the server and cannot be deleted here.");
        await policies.RequireUnusedAsync(id, cancellationToken);
        var stored = await StorageUse.AtAsync(db, id, cancellationToken);
        RequireEmpty(stored, forget);
        await RequireNotReadAsync(id, cancellationToken);

        await ForgetAsync(id, cancellationToken);
        destination.Delete(time.GetUtcNow());
        // Without keys nobody can look after what failed there.
        await db.Set<BackupArtifact>()
            .Where(a => a.CleanupDueAt != null && a.Copy.DestinationId == id)
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.CleanupDueAt, (DateTimeOffset?)null), cancellationToken);
        audit.Record(
            AuditActions.DestinationDeleted, new AuditTarget("storage_destination", destination.Id, destination.Name),
            new
            {
                destination.Endpoint,
                destination.Bucket,
                destination.Prefix,
                forgottenBackups = stored.Count,
                forgottenBytes = stored.Bytes,
            });
        await db.SaveAsync("destination", e => e, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    // Its keys would go in the middle of a read; who starts one later finds it deleted.
    private async Task RequireNotReadAsync(Guid id, CancellationToken cancellationToken)
    {
        var held = restores.HeldBackups(db);
        if (await db.Set<BackupJob>().AnyAsync(j => j.DestinationId == id && held.Contains(j.Id), cancellationToken))
            throw new ConflictException("A backup that is stored here is being restored. Wait for the end, or cancel the restore first.");
    }

    private async Task ForgetAsync(Guid id, CancellationToken cancellationToken)
    {
        var jobs = db.Set<BackupJob>().Where(j => j.DestinationId == id).Stored();
        // Those whose deletion failed have their entry.
        foreach (var job in await jobs.AsNoTracking().Where(j => j.DeletionMarkedAt == null).ToListAsync(cancellationToken))
            audit.Record(AuditActions.BackupDeleted, job.ToAuditTarget(), new { reason = DeletionReason.DestinationDeleted.ToSnakeCase() });
        await jobs.ExecuteUpdateAsync(
            set => set.SetProperty(j => j.DeletionMarkedAt, j => j.DeletionMarkedAt ?? DateTimeOffset.UtcNow)
                .SetProperty(j => j.DeletedAt, _ => DateTimeOffset.UtcNow)
                .SetProperty(j => j.DeletionReason, DeletionReason.DestinationDeleted)
                .SetProperty(j => j.DeletionDueAt, (DateTimeOffset?)null)
                .SetProperty(j => j.DeletionError, (string?)null)
                .SetProperty(j => j.BytesFreed, 0),
            cancellationToken);
    }

    private static void RequireEmpty(StorageUse stored, int forget)
    {
        if (stored.Active > 0)
            throw new ConflictException(
                $"{Count(stored.Active, "backup")} to this destination {Is(stored.Active)} queued or running. "
                + "Wait for the end, or cancel first.");
        if (stored.Count > forget)
            throw new ConflictException(
                $"{Count(stored.Count, "backup")} {Is(stored.Count)} still stored here, "
                + "and could not be downloaded or deleted without its keys. Delete the backups first, or forget them with it.");
    }

    private static string Count(int count, string thing) => count == 1 ? $"1 {thing}" : $"{count} {thing}s";

    private static string Is(int count) => count == 1 ? "is" : "are";
}
