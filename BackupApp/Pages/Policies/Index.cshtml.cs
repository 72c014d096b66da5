using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Pages.Ui.Lists;
using BackupApp.Pings;
using BackupApp.Policies;
using BackupApp.Retention;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.Policies;

public sealed class IndexModel(AppDbContext db, PingTargets pings, TimeProvider time) : PageModel
{
    private static readonly string[] Columns = ["name", "next", "destination", "attached"];

    /// <summary>See <see cref="ListSort"/>; by name where it says nothing.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Sort { get; set; }

    public ListView List { get; private set; } = null!;

    public IReadOnlyList<Row> Rows { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        List = new(
            new ListAddress(Request.PathBase + "/Policies", [new("sort", Sort)]), ListSort.Parse(Sort, new("name"), Columns), []);
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
        Rows = Sorted(
        [
            .. policies.Select(p => new Row(
                p.policy, p.destination, p.attached, p.paused, NextRun(p.policy), told.GetValueOrDefault(p.policy.Id))),
        ]);
    }

    private IReadOnlyList<Row> Sorted(IReadOnlyList<Row> rows) => List.Sort.Column switch
    {
        // Those that never run come last.
        "next" => [.. List.Sort.Apply(rows, r => r.Runs ? r.NextRun!.Value : DateTimeOffset.MaxValue)],
        "destination" => [.. List.Sort.Apply(rows, r => r.Destination ?? "", StringComparer.OrdinalIgnoreCase)],
        "attached" => [.. List.Sort.Apply(rows, r => r.Attached)],
        _ => List.Sort.IsDescending ? [.. rows.Reverse()] : rows,
    };

    // A zone that this machine lost must not hide the page where it can be changed.
    private DateTimeOffset? NextRun(BackupPolicy policy) =>
        CronSchedule.Read(policy.Cron, policy.TimeZone, out _)?.NextOccurrences(time.GetUtcNow(), 1) is [var next, ..] ? next : null;

    public sealed record Row(
        BackupPolicy Policy, string? Destination, int Attached, int Paused, DateTimeOffset? NextRun, PingView? Ping)
    {
        public RetentionRule Rule => new(Policy.KeepDays, Policy.KeepLast);

        /// <summary>It is attached somewhere where it is not paused.</summary>
        public bool Runs => NextRun is not null && Attached > Paused;
    }
}
