using BackupApp.Data;
using Hangfire;
using Hangfire.Storage;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Policies;

/// <summary>
/// Hangfire's entry to the schedule. There is one recurring job for each policy; it follows at once when a policy is edited, and
/// every minute all of them are brought in line, whatever crash came between the two writes, and whatever a tick did not do is done.
/// </summary>
public sealed partial class ScheduleWorker(
    AppDbContext db,
    ScheduleRound runner,
    IRecurringJobManager recurring,
    JobStorage storage,
    ILogger<ScheduleWorker> logger)
    : IPolicyFollower
{
    public const string ReconcileId = "schedules";

    /// <summary>Hangfire's queue for it, with threads of its own: nothing that waits for a store may make a tick late.</summary>
    public const string Queue = "clock";

    private const string Prefix = "policy:";

    public Task TickAsync(Guid policyId, CancellationToken cancellationToken) => runner.TickAsync(policyId, cancellationToken);

    public async Task ReconcileAsync(CancellationToken cancellationToken)
    {
        await runner.RunAsync(cancellationToken);
        await SyncAsync(cancellationToken);
        await db.Database.ExecuteSqlAsync(
            $"""
            insert into schedule_beats (id, at) values ({ScheduleBeat.Only}, now())
            on conflict (id) do update set at = excluded.at
            """,
            cancellationToken);
    }

    public async Task PolicyChangedAsync(Guid policyId, CancellationToken cancellationToken)
    {
        if (await db.Set<BackupPolicy>().AsNoTracking().SingleOrDefaultAsync(p => p.Id == policyId, cancellationToken) is { } policy)
            Register(policy);
        else
            recurring.RemoveIfExists(Prefix + policyId);
    }

    /// <summary>
    /// Adds, changes and removes recurring jobs. One that is as it should be keeps its next run; a changed one never fires for the past.
    /// </summary>
    public async Task SyncAsync(CancellationToken cancellationToken)
    {
        // Before the policies: one that is added in between must not look as if its policy were gone.
        var known = Known();
        foreach (var policy in await db.Set<BackupPolicy>().AsNoTracking().ToListAsync(cancellationToken))
        {
            if (!known.Remove(Prefix + policy.Id, out var job)
                || job.Cron != policy.Cron
                || job.TimeZoneId != (TimeZones.Find(policy.TimeZone)?.Id ?? policy.TimeZone)
                || job.Job?.Queue != Queue
                || job.Error is not null)
            {
                Register(policy);
            }
        }

        foreach (var gone in known.Keys)
            recurring.RemoveIfExists(gone);
    }

    private Dictionary<string, RecurringJobDto> Known()
    {
        using var connection = storage.GetConnection();
        return connection.GetRecurringJobs().Where(j => j.Id.StartsWith(Prefix, StringComparison.Ordinal)).ToDictionary(j => j.Id);
    }

    private void Register(BackupPolicy policy)
    {
        var id = Prefix + policy.Id;
        // A zone that this machine lost stops this policy, whose page says so, and no other.
        if (CronSchedule.Read(policy.Cron, policy.TimeZone, out var problems) is { } schedule)
            recurring.AddOrUpdate<ScheduleWorker>(
                id,
                Queue,
                worker => worker.TickAsync(policy.Id, CancellationToken.None),
                policy.Cron,
                new RecurringJobOptions { TimeZone = schedule.Zone });
        else
            LogUnreadable(policy.Name, problems.Cron ?? problems.TimeZone);
    }

    [LoggerMessage(LogLevel.Error, "The schedule of the policy {Policy} cannot be read and does not run: {Problem}")]
    private partial void LogUnreadable(string policy, string? problem);
}
