using BackupApp.Data;
using Hangfire;
using Hangfire.Storage;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Policies;

/// <summary>
/// Hangfire's entry to the schedule. There is one recurring job for each policy; every minute they are brought in line with the policies, whatever crash
/// came between the two writes, and whatever a tick did not do is done.
/// </summary>
public sealed class ScheduleWorker(AppDbContext db, ScheduleRunner runner, IRecurringJobManager recurring, JobStorage storage)
{
    public const string ReconcileId = "schedules";

    /// <summary>Hangfire's queue for it.</summary>
    public const string Queue = "control";

    private const string Prefix = "policy:";

    public Task TickAsync(Guid policyId, CancellationToken cancellationToken) => runner.TickAsync(policyId, cancellationToken);

    public async Task ReconcileAsync(CancellationToken cancellationToken)
    {
        await runner.PassOverPausedAsync(cancellationToken);
        await runner.RunAsync(cancellationToken);
        await SyncAsync(cancellationToken);
    }

    /// <summary>Adds, changes and removes recurring jobs. One that is as it should be keeps its next run; a changed one never fires for the past.</summary>
    public async Task SyncAsync(CancellationToken cancellationToken)
    {
        var policies = await db.Set<BackupPolicy>().AsNoTracking().ToListAsync(cancellationToken);
        using var connection = storage.GetConnection();
        var known = connection.GetRecurringJobs().Where(j => j.Id.StartsWith(Prefix, StringComparison.Ordinal)).ToDictionary(j => j.Id);
        foreach (var policy in policies)
        {
            var id = Prefix + policy.Id;
            if (known.Remove(id, out var job) && job.Cron == policy.Cron && job.TimeZoneId == policy.TimeZone && job.Error is null)
                continue;
            recurring.AddOrUpdate<ScheduleWorker>(
                id, Queue, worker => worker.TickAsync(policy.Id, CancellationToken.None), policy.Cron, new RecurringJobOptions { TimeZone = policy.ReadSchedule().Zone });
        }

        foreach (var gone in known.Keys)
            recurring.RemoveIfExists(gone);
    }
}
