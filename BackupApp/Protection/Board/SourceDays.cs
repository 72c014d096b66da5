using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.Policies;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Protection.Board;

/// <summary>
/// Reads what the last days brought each of some sources: two queries, however many they are, along the indexes of jobs and audit log.
/// </summary>
public sealed class SourceDays(AppDbContext db)
{
    /// <summary>As the board shows them.</summary>
    public const int Shown = 30;

    /// <returns>For each source all of the days, oldest first.</returns>
    public async Task<IReadOnlyDictionary<Guid, IReadOnlyList<SourceDay>>> ReadAsync(
        IReadOnlyList<Guid> sources, DayGrid days, CancellationToken cancellationToken)
    {
        if (sources.Count == 0)
            return new Dictionary<Guid, IReadOnlyList<SourceDay>>();
        var ids = sources.ToList();
        var runs = (await RunsAsync(ids, days.Starts, cancellationToken)).ToLookup(r => r.SourceId);
        var missed = (await MissedAsync(ids, days.Since, cancellationToken)).ToLookup(m => m.SourceId);
        return ids.ToDictionary(id => id, id => DayMerge.Of(days, runs[id], missed[id]));
    }

    /// <summary>On which of the days something of one source was due and did not run.</summary>
    public async Task<IReadOnlySet<DateOnly>> MissedAsync(Guid source, DayGrid days, CancellationToken cancellationToken) =>
        DayMerge.MissedDays(days, await MissedAsync([source], days.Since, cancellationToken));

    private Task<List<DayRow>> RunsAsync(List<Guid> sources, IReadOnlyList<DateTimeOffset> starts, CancellationToken cancellationToken) =>
        db.Database.SqlQuery<DayRow>(
            $"""
            select s.id as SourceId, d.bucket as Bucket, d.is_good as IsGood, d.is_partial as IsPartial, d.bytes as Bytes
            from unnest({sources}) s(id) cross join lateral (
                select width_bucket(j.created_at, {starts}) as bucket,
                    bool_or(j.status = 'success' and j.damaged_at is null) as is_good,
                    bool_or(j.status = 'partial' and j.damaged_at is null) as is_partial,
                    (array_agg(j.bytes_stored order by j.created_at desc)
                        filter (where j.status = 'success' and j.damaged_at is null))[1] as bytes
                from backup_jobs j
                where j.data_source_id = s.id and j.created_at >= {starts[0]} and j.status in ('success', 'partial', 'failed')
                group by 1) d
            """).ToListAsync(cancellationToken);

    private Task<List<MissedRow>> MissedAsync(List<Guid> sources, DateTimeOffset since, CancellationToken cancellationToken) =>
        db.Database.SqlQuery<MissedRow>(
            $"""
            select s.id as SourceId, (a.metadata ->> 'first')::timestamptz as First, (a.metadata ->> 'last')::timestamptz as Last,
                (a.metadata ->> 'count')::int as Count
            from unnest({sources}) s(id) join audit_log a on a.target_id = s.id
            where a.action = {AuditActions.BackupMissed} and a.created_at >= {since}
            """).ToListAsync(cancellationToken);
}

/// <summary>A day with runs that ended.</summary>
internal sealed record DayRow(Guid SourceId, int Bucket, bool IsGood, bool IsPartial, long? Bytes);

/// <summary>Runs that did not take place, as they were noticed.</summary>
internal sealed record MissedRow(Guid SourceId, DateTimeOffset First, DateTimeOffset Last, int Count);
