using System.Text.Json;
using BackupApp.Audit;
using BackupApp.Data;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Policies;

/// <summary>
/// Runs of a schedule that did not take place, as the audit log tells: missed while BackupApp was
/// down, or skipped because the one before was still running.
/// </summary>
/// <param name="Count">At least so many when <paramref name="IsCapped"/>.</param>
/// <param name="At">When it was noticed.</param>
/// <param name="StillActive">The job that a skipped run would have met.</param>
/// <param name="Problem">Why the schedule could not be read; null when that was not the reason.</param>
public sealed record ScheduleGap(
    Guid DataSourceId,
    bool IsMissed,
    string Policy,
    int Count,
    DateTimeOffset First,
    DateTimeOffset Last,
    DateTimeOffset At,
    bool IsCapped,
    Guid? StillActive,
    string? Problem = null)
{
    /// <summary>What one cause brought about, of however many sources and policies, as one.</summary>
    /// <param name="gaps">At least one.</param>
    public static ScheduleGap Together(IReadOnlyList<ScheduleGap> gaps)
    {
        var policies = gaps.Select(g => g.Policy).Distinct().ToList();
        return gaps[0] with
        {
            Policy = policies.Count == 1 ? policies[0] : $"{policies.Count} policies",
            Count = gaps.Sum(g => g.Count),
            First = gaps.Min(g => g.First),
            Last = gaps.Max(g => g.Last),
            IsCapped = gaps.Any(g => g.IsCapped),
        };
    }

    /// <summary>As in "3 runs of Nightly were missed: BackupApp was down."</summary>
    public string Sentence =>
        $"{(IsCapped ? "More than " : "")}{Count} {(Count == 1 ? "run" : "runs")} of {Policy} {(Count == 1 ? "was" : "were")} "
        + $"{(IsMissed ? "missed" : "skipped")}: {Reason}";

    /// <summary>Why, as a sentence of its own.</summary>
    public string Reason => (IsMissed, Problem) switch
    {
        (true, null) => "BackupApp was down.",
        (true, _) => $"the schedule could not be read. {Problem}",
        _ => "the backup before was still running.",
    };
}

/// <summary>Reads gaps along the audit log's indexes.</summary>
public static class ScheduleGaps
{
    private const int Most = 500;

    private static readonly string[] Actions = [AuditActions.BackupMissed, AuditActions.BackupSkipped];

    /// <summary>Of one source, the latest first; the skipped runs of a policy are one gap.</summary>
    public static async Task<IReadOnlyList<ScheduleGap>> OfSourceAsync(
        AppDbContext db, Guid dataSourceId, DateTimeOffset since, CancellationToken cancellationToken) =>
        Merge(
            await ReadAsync(
                db.Set<AuditEntry>().Where(e => e.TargetId == dataSourceId && e.CreatedAt >= since && Actions.Contains(e.Action)),
                cancellationToken));

    /// <summary>Of all sources, the latest first.</summary>
    public static async Task<IReadOnlyList<ScheduleGap>> AllAsync(
        AppDbContext db, DateTimeOffset since, CancellationToken cancellationToken) =>
        Merge(await ReadAsync(db.Set<AuditEntry>().Where(e => Actions.Contains(e.Action) && e.CreatedAt >= since), cancellationToken));

    private static async Task<IReadOnlyList<ScheduleGap>> ReadAsync(IQueryable<AuditEntry> entries, CancellationToken cancellationToken)
    {
        var rows = await entries.AsNoTracking()
            .OrderByDescending(e => e.CreatedAt)
            .ThenByDescending(e => e.Id)
            .Take(Most)
            .ToListAsync(cancellationToken);
        return [.. rows.Select(Read)];
    }

    private static ScheduleGap Read(AuditEntry entry)
    {
        var noted = JsonSerializer.Deserialize<NotedGap>(entry.Metadata, JsonSerializerOptions.Web)!;
        var isMissed = entry.Action == AuditActions.BackupMissed;
        var (first, last) = isMissed ? (noted.First, noted.Last) : (noted.ScheduledFor, noted.ScheduledFor);
        return new(
            entry.TargetId!.Value,
            isMissed,
            noted.Policy,
            isMissed ? noted.Count : 1,
            first,
            last,
            entry.CreatedAt,
            noted.IsCapped,
            isMissed ? null : noted.StillActive,
            noted.Problem);
    }

    // Each time that BackupApp was down stands for itself; what goes on is one gap for each policy.
    private static IReadOnlyList<ScheduleGap> Merge(IReadOnlyList<ScheduleGap> gaps) =>
    [
        .. gaps.Where(g => g is { IsMissed: true, Problem: null })
            .Concat(gaps.Where(g => g is not { IsMissed: true, Problem: null }).GroupBy(g => (g.DataSourceId, g.Policy, g.IsMissed))
                .Select(g => g.First() with { Count = g.Sum(x => x.Count), First = g.Min(x => x.First), Last = g.Max(x => x.Last) }))
            .OrderByDescending(g => g.At),
    ];

    // What ScheduleRound and BackupQueue note.
    private sealed record NotedGap(
        string Policy,
        int Count,
        DateTimeOffset First,
        DateTimeOffset Last,
        bool IsCapped,
        DateTimeOffset ScheduledFor,
        Guid? StillActive,
        string? Problem);
}
