using BackupApp.Data;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Backups;

/// <summary>
/// How many backups may run at once, counted in the claim itself. What one process runs is
/// Hangfire's number of workers; a source and a destination are shared by all processes.
/// </summary>
internal static class ClaimLimits
{
    // Claims take milliseconds; one at a time is what makes a count and a claim one decision.
    private const long ClaimLock = 0x636c61696d;

    public static Task LockAsync(AppDbContext db, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock({ClaimLock})", cancellationToken);

    /// <summary>
    /// The jobs among <paramref name="queued"/> that have a place. A manual run may run beside a scheduled one of its source.
    /// </summary>
    /// <param name="busy">Sources whose database is being overwritten.</param>
    public static IQueryable<BackupJob> WithPlace(
        IQueryable<BackupJob> queued, AppDbContext db, BackupOptions options, IReadOnlyList<Guid> busy)
    {
        var running = db.Set<BackupJob>().Where(r => r.Status == RunStatus.Running);
        var (perSource, perDestination) = (options.MaxConcurrentPerSource, options.MaxConcurrentPerDestination);
        return queued.Where(j => !busy.Contains(j.DataSourceId)
            && (j.Trigger == BackupTrigger.Manual
                || running.Count(r => r.DataSourceId == j.DataSourceId && r.Trigger == BackupTrigger.Schedule) < perSource)
            && (perDestination == 0 || running.Count(r => r.DestinationId == j.DestinationId) < perDestination));
    }
}
