using BackupApp.Data;
using Hangfire;
using Hangfire.Common;
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
        var known = await KnownAsync(cancellationToken);
        foreach (var policy in await db.Set<BackupPolicy>().AsNoTracking().ToListAsync(cancellationToken))
        {
            if (!known.Remove(Prefix + policy.Id, out var entry)
                || entry.Cron != policy.Cron
                || entry.TimeZone != (TimeZones.Find(policy.TimeZone)?.Id ?? policy.TimeZone)
                || entry.Call != InvocationData.SerializeJob(Call(policy.Id)).SerializePayload()
                || !string.IsNullOrWhiteSpace(entry.Error))
            {
                Register(policy);
            }
        }

        foreach (var gone in known.Keys)
            recurring.RemoveIfExists(gone);
    }

    // In one statement; Hangfire asks for each of them, and for its last run. An entry without its fields is there, but is not as it
    // should be.
    private Task<Dictionary<string, Entry>> KnownAsync(CancellationToken cancellationToken) => db.Database.SqlQuery<Entry>(
        $"""
        select s.value as "Id",
            max(h.value) filter (where h.field = 'Cron') as "Cron",
            max(h.value) filter (where h.field = 'TimeZoneId') as "TimeZone",
            max(h.value) filter (where h.field = 'Job') as "Call",
            max(h.value) filter (where h.field = 'Error') as "Error"
        from hangfire.set s left join hangfire.hash h on h.key = 'recurring-job:' || s.value
        where s.key = 'recurring-jobs' and starts_with(s.value, {Prefix})
        group by s.value
        """).ToDictionaryAsync(entry => entry.Id, cancellationToken);

    private static Job Call(Guid policyId) =>
        Job.FromExpression<ScheduleWorker>(worker => worker.TickAsync(policyId, CancellationToken.None), Queue);

    private void Register(BackupPolicy policy)
    {
        var id = Prefix + policy.Id;
        // A zone that this machine lost stops this policy, whose page says so, and no other.
        if (CronSchedule.Read(policy.Cron, policy.TimeZone, out var problems) is { } schedule)
            recurring.AddOrUpdate(id, Call(policy.Id), policy.Cron, new RecurringJobOptions { TimeZone = schedule.Zone });
        else
            LogUnreadable(policy.Name, problems.Cron ?? problems.TimeZone);
    }

    [LoggerMessage(LogLevel.Error, "The schedule of the policy {Policy} cannot be read and does not run: {Problem}")]
    private partial void LogUnreadable(string policy, string? problem);

    // Of a recurring job, as Hangfire keeps it.
    private sealed record Entry(string Id, string? Cron, string? TimeZone, string? Call, string? Error);
}
