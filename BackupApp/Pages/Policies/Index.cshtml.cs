using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Pings;
using BackupApp.Policies;
using BackupApp.Retention;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.Policies;

public sealed class IndexModel(AppDbContext db, PingTargets pings, TimeProvider time) : PageModel
{
    public IReadOnlyList<Row> Rows { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        var policies = await (
            from policy in db.Set<BackupPolicy>().AsNoTracking()
            join destination in db.Set<StorageDestination>() on policy.DestinationId equals destination.Id into destinations
            from destination in destinations.DefaultIfEmpty()
            orderby policy.NameKey
            select new
            {
                policy,
                destination = (string?)destination.Name,
                attached = db.Set<PolicyAttachment>().Count(a => a.PolicyId == policy.Id),
                paused = db.Set<PolicyAttachment>().Count(a => a.PolicyId == policy.Id && !a.IsEnabled),
            }).ToListAsync(cancellationToken);
        var told = await pings.OfAsync(policies.ConvertAll(p => p.policy.Id), cancellationToken);
        Rows =
        [
            .. policies.Select(p => new Row(
                p.policy, p.destination, p.attached, p.paused, NextRun(p.policy), told.GetValueOrDefault(p.policy.Id))),
        ];
    }

    // A zone that this machine lost must not hide the page where it can be changed.
    private DateTimeOffset? NextRun(BackupPolicy policy) =>
        CronSchedule.Read(policy.Cron, policy.TimeZone, out _)?.NextOccurrences(time.GetUtcNow(), 1) is [var next, ..] ? next : null;

    public sealed record Row(
        BackupPolicy Policy, string? Destination, int Attached, int Paused, DateTimeOffset? NextRun, PingView? Ping)
    {
        public RetentionRule Rule => new(Policy.KeepDays, Policy.KeepLast);
    }
}
