using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Policies;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Policies;

/// <summary>
/// Jobs of the past for tests of features: made as the queue makes them, and then put into the state that a worker would have left.
/// </summary>
internal static class StoredJobs
{
    /// <param name="age">How long ago it started.</param>
    public static async Task<Guid> AddJobAsync(
        this PolicyBench bench,
        Guid sourceId,
        RunStatus status,
        Guid? destinationId = null,
        BackupPolicy? policy = null,
        TimeSpan age = default,
        long bytes = 0)
    {
        await using var db = bench.Database();
        var source = await db.Set<DataSource>().IgnoreQueryFilters().SingleAsync(s => s.Id == sourceId);
        var destination = await db.Set<StorageDestination>().SingleAsync(d => d.Id == (destinationId ?? StorageDestination.ManagedId));
        var attachment = policy is null
            ? null
            : await db.Set<PolicyAttachment>().SingleAsync(a => a.DataSourceId == sourceId && a.PolicyId == policy.Id);
        var startedAt = bench.Clock.GetUtcNow() - age;
        var job = BackupJob.Queue(
            source,
            destination,
            attachment is null ? BackupTrigger.Manual : BackupTrigger.Schedule,
            startedAt,
            attachment is null ? null : policy!.ToRun(attachment),
            6,
            null,
            null);
        db.Add(job);
        await db.SaveChangesAsync();
        if (status != RunStatus.Queued)
            await db.Database.ExecuteSqlAsync(
                $"""
                update backup_jobs set status = {status.ToSnakeCase()}, started_at = {startedAt}, bytes_stored = {bytes}
                where id = {job.Id}
                """);
        return job.Id;
    }

    public static async Task<BackupJob> JobAsync(this PolicyBench bench, Guid id)
    {
        await using var db = bench.Database();
        return await db.Set<BackupJob>().AsNoTracking().SingleAsync(j => j.Id == id);
    }
}
