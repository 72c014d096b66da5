using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Policies;
using BackupApp.Restores;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages;

/// <summary>A data source that somebody should look at, beyond what its protection says of it.</summary>
/// <param name="What">What is the matter, as a sentence.</param>
/// <param name="JobId">The job that it is about; null when the matter is the source's own.</param>
/// <param name="Cause">What it has in common with what is the matter with other sources for the same reason.</param>
public sealed record Attention(Guid DataSourceId, string Name, string What, Guid? JobId, string Cause)
{
    /// <summary>Runs that did not take place; null where it is about something else.</summary>
    public ScheduleGap? Gap { get; init; }

    /// <summary>The policy whose schedule cannot be read; null where it is about something else.</summary>
    public Guid? UnreadPolicyId { get; init; }

    /// <summary>Backups that cannot be deleted; null where it is about something else.</summary>
    public Undeleted? Left { get; init; }

    /// <summary>What is the matter with several sources for one cause, as a sentence.</summary>
    /// <param name="alike">At least one.</param>
    public static string Together(IReadOnlyList<Attention> alike) => alike switch
    {
        [var only] => only.What,
        [{ Gap: not null }, ..] => ScheduleGap.Together([.. alike.Select(a => a.Gap!)]).Sentence,
        [{ Left: { } left }, ..] => (left with { Count = alike.Sum(a => a.Left!.Count) }).Sentence,
        [{ UnreadPolicyId: not null } first, ..] => first.What,
        _ => $"{alike.Count} old databases stand beside those that restores replaced, and take space. Drop each on its restore's page "
            + "when nobody needs it.",
    };

    private static readonly TimeSpan Recent = TimeSpan.FromDays(1);
    private static readonly TimeSpan KeptUnasked = TimeSpan.FromDays(7);

    /// <summary>
    /// Active sources whose schedule did not or cannot run; paused ones are left alone on purpose. And backups that cannot be deleted,
    /// and old databases that a restore left beside, of any source.
    /// </summary>
    public static async Task<IReadOnlyList<Attention>> ReadAsync(AppDbContext db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var sources = await db.Set<DataSource>().Where(s => s.IsActive).OrderBy(s => s.Name)
            .Select(s => new ActiveSource(s.Id, s.Name))
            .ToListAsync(cancellationToken);
        var gaps = (await ScheduleGaps.AllAsync(db, now - Recent, cancellationToken)).ToLookup(g => g.DataSourceId);
        var bySource = await EndsAsync(db, [.. gaps.Select(g => g.Key)], cancellationToken);
        return
        [
            .. sources.Select(s => OfGap(s, gaps[s.Id].FirstOrDefault(), bySource.GetValueOrDefault(s.Id))).OfType<Attention>(),
            .. (await UnreadSchedule.FindAsync(db, null, cancellationToken)).Join(
                sources, u => u.DataSourceId, s => s.Id, (u, s) => new Attention(s.Id, s.Name, u.Sentence, null, $"unread/{u.PolicyId}")
                {
                    UnreadPolicyId = u.PolicyId,
                }),
            .. await UndeletedAsync(db, cancellationToken),
            .. await KeptAsync(db, now, cancellationToken),
        ];
    }

    // The newest run of each that has ended: one row of an index for each, however many jobs there are.
    private static async Task<Dictionary<Guid, End>> EndsAsync(AppDbContext db, List<Guid> sources, CancellationToken cancellationToken)
    {
        if (sources.Count == 0)
            return [];
        var ends = await db.Database.SqlQuery<End>(
            $"""
            select s.id as DataSourceId, l.status = 'success' as IsGood, l.created_at as CreatedAt
            from unnest({sources}) s(id) cross join lateral (
                select j.status, j.created_at from backup_jobs j
                where j.data_source_id = s.id and j.status in ('success', 'failed', 'partial')
                order by j.created_at desc, j.id desc limit 1) l
            """).ToListAsync(cancellationToken);
        return ends.ToDictionary(e => e.DataSourceId);
    }

    // A good backup since then has made up for it.
    private static Attention? OfGap(ActiveSource source, ScheduleGap? gap, End? last) =>
        gap is null || (last is { IsGood: true } && last.CreatedAt > gap.At)
            ? null
            : new(source.Id, source.Name, gap.Sentence, null, $"gap/{gap.Reason}") { Gap = gap };

    private static async Task<IEnumerable<Attention>> UndeletedAsync(AppDbContext db, CancellationToken cancellationToken)
    {
        var undeleted = await db.Set<BackupJob>().Where(j => j.DeletionDueAt != null && j.DeletionError != null)
            .GroupBy(j => j.DataSourceId)
            .Select(g => new
            {
                Count = g.Count(),
                Example = g.OrderBy(j => j.DeletionMarkedAt)
                    .Select(j => new { j.Id, j.DataSourceId, j.DataSourceName, j.DestinationId, j.DestinationName, j.DeletionError })
                    .First(),
            })
            .ToListAsync(cancellationToken);
        return undeleted.Select(u => (
                Job: u.Example, Left: new Undeleted(u.Count, u.Example.DestinationId, u.Example.DestinationName, u.Example.DeletionError!)))
            .Select(u => new Attention(
                u.Job.DataSourceId, u.Job.DataSourceName, u.Left.Sentence, u.Job.Id, $"undeleted/{u.Left.DestinationId}")
            {
                Left = u.Left,
            });
    }

    // Nobody drops an old database by itself: after a week people are reminded that it takes space.
    private static async Task<IEnumerable<Attention>> KeptAsync(AppDbContext db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var kept = await db.Set<RestoreJob>()
            .Where(j => j.KeptDatabase != null && j.KeptDroppedAt == null && j.FinishedAt < now - KeptUnasked)
            .OrderBy(j => j.FinishedAt)
            .Select(j => new { j.DataSourceId, j.DataSourceName, j.KeptDatabase })
            .ToListAsync(cancellationToken);
        return kept.Select(k => new Attention(
            k.DataSourceId,
            k.DataSourceName,
            $"{k.KeptDatabase} stands beside the database since a restore, and takes space. Drop it on the restore's page when nobody "
                + "needs it.",
            null,
            "kept"));
    }

    /// <param name="Error">Of one of them, as a sentence.</param>
    public sealed record Undeleted(int Count, Guid DestinationId, string Destination, string Error)
    {
        public string Sentence =>
            $"{(Count == 1 ? "A backup that should be gone is" : $"{Count} backups that should be gone are")} still stored at "
            + $"{Destination}. {Error}";
    }

    private sealed record ActiveSource(Guid Id, string Name);

    private sealed record End(Guid DataSourceId, bool IsGood, DateTimeOffset CreatedAt);
}
