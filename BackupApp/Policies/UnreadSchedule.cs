using BackupApp.Data;
using BackupApp.DataSources;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Policies;

/// <summary>
/// A policy whose schedule this machine cannot read, and a data source that is therefore not backed
/// up by it. In practice it lacks the policy's time zone.
/// </summary>
/// <param name="Problem">Why, and what to do, in sentences.</param>
public sealed record UnreadSchedule(Guid DataSourceId, string Policy, string Problem)
{
    // Entries in the audit log: a minutely schedule that stands for a month is not worth forty thousand.
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    public Guid PolicyId { get; init; }

    public string Sentence => $"The schedule of {Policy} cannot run: {Problem}";

    /// <summary>Of one source or of all: active ones, whose attachment is on.</summary>
    public static async Task<IReadOnlyList<UnreadSchedule>> FindAsync(
        AppDbContext db, Guid? dataSourceId, CancellationToken cancellationToken)
    {
        var policies = await db.Set<BackupPolicy>().AsNoTracking()
            .Select(p => new { p.Id, p.Name, p.Cron, p.TimeZone }).ToListAsync(cancellationToken);
        var unread = policies.Select(p => new { p.Id, p.Name, Problem = Problems(p.Cron, p.TimeZone) })
            .Where(p => p.Problem is not null)
            .ToDictionary(p => p.Id);
        if (unread.Count == 0)
            return [];
        var struck = await db.Set<PolicyAttachment>()
            .Where(a => a.IsEnabled && unread.Keys.Contains(a.PolicyId) && (dataSourceId == null || a.DataSourceId == dataSourceId))
            .Where(a => db.Set<DataSource>().Any(s => s.Id == a.DataSourceId && s.IsActive))
            .Select(a => new { a.DataSourceId, a.PolicyId })
            .ToListAsync(cancellationToken);
        return
        [
            .. struck.Select(a => new UnreadSchedule(a.DataSourceId, unread[a.PolicyId].Name, unread[a.PolicyId].Problem!)
            {
                PolicyId = a.PolicyId,
            }),
        ];
    }

    /// <summary>Null where there is none.</summary>
    public static string? Problems(string cron, string timeZone) =>
        CronSchedule.Read(cron, timeZone, out var problems) is null ? problems.Cron ?? problems.TimeZone : null;

    /// <summary>
    /// What did not run at <paramref name="now"/>: nothing is due, and what would have been is missed. It is counted by
    /// the clock of UTC, the zone's own being unknown. What is recent waits: the zone may come back with the next package.
    /// </summary>
    public static ScheduleDecision Evaluate(string cron, DateTimeOffset evaluatedUntil, DateTimeOffset now)
    {
        var inUtc = now - evaluatedUntil < Pause ? null : CronSchedule.Read(cron, TimeZones.Default, out _);
        return inUtc?.Evaluate(evaluatedUntil, now, runOnceAfterDowntime: false).Missed is { } missed
            ? new([], missed, now.ToUniversalTime() - CronSchedule.Window)
            : new([], null, evaluatedUntil);
    }
}
