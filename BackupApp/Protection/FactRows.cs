using BackupApp.Backups;
using BackupApp.Data;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Protection;

// One line of each of the queries behind the facts. Their properties are the queries' columns, in any case.
// Of one source, newest first: ten of its backups are one line of the answer.
internal sealed record GoodsRow(
    Guid SourceId, Guid[] JobIds, Guid[] DestinationIds, DateTimeOffset[] StartedAt, DateTimeOffset[] FinishedAt, long[] Bytes,
    bool[] AreWhole, DateTimeOffset?[] DamagedAt)
{
    public IReadOnlyList<GoodRow> ToRows() =>
        [.. JobIds.Select((id, i) => new GoodRow(
            id, DestinationIds[i], StartedAt[i], FinishedAt[i], Bytes[i], AreWhole[i], DamagedAt[i]))];
}

internal sealed record GoodRow(
    Guid JobId, Guid DestinationId, DateTimeOffset StartedAt, DateTimeOffset FinishedAt, long Bytes, bool IsWhole,
    DateTimeOffset? DamagedAt)
{
    public DamageFacts? ToDamage(IReadOnlyDictionary<Guid, string> words) => DamagedAt is { } at
        ? new(JobId, at, $"The newest backup is damaged. {words.GetValueOrDefault(JobId)}".TrimEnd()) { StoreId = DestinationId }
        : null;

    public GoodBackup ToGood() => new(JobId, StartedAt, FinishedAt - StartedAt, Bytes);
}

internal sealed record FailedRow(
    Guid SourceId, int Count, DateTimeOffset First, Guid JobId, Guid DestinationId, string? Error, string? Stage)
{
    public FailedRuns ToFailed() => new(Count, First, JobId, Error ?? "The reason is not known.", Stage == "connect")
    {
        StoreId = Stage == "store" ? DestinationId : null,
    };
}

internal sealed record DeletedRow(Guid SourceId, DateTimeOffset DeletedAt);

internal sealed record OwnGoodRow(Guid AttachmentId, Guid DestinationId, DateTimeOffset StartedAt, DateTimeOffset FinishedAt);

internal sealed record PartRow(
    Guid SourceId, Guid JobId, DateTimeOffset StartedAt, DateTimeOffset FinishedAt, bool IsDeleted,
    string Name, string Kind, bool IsStored, long Bytes, string? Error, DateTimeOffset? DamagedAt, string? Damage);

/// <summary>
/// The queries. Each reads a bounded number of rows of an index for each source, however many jobs there are.
/// </summary>
internal static class FactQueries
{
    /// <summary>Runs of a whole server that are looked at: a database whose last good backup is older has none that counts.</summary>
    private const int Runs = 30;

    /// <summary>The last ten backups that are still there, newest first; damaged ones among them.</summary>
    public static Task<List<GoodsRow>> GoodsAsync(
        AppDbContext db, List<Guid> sources, DateTimeOffset latest, CancellationToken cancellationToken) =>
        db.Database.SqlQuery<GoodsRow>(
            $"""
            select s.id as SourceId, g.* from unnest({sources}) s(id) cross join lateral (
                select array_agg(j.id) as JobIds, array_agg(j.destination_id) as DestinationIds, array_agg(j.started_at) as StartedAt,
                    array_agg(j.finished_at) as FinishedAt, array_agg(j.bytes_stored) as Bytes,
                    array_agg(j.status = 'success') as AreWhole, array_agg(j.damaged_at) as DamagedAt
                from (
                    select j.id, j.destination_id, j.started_at, j.finished_at, j.bytes_stored, j.status, j.damaged_at
                    from backup_jobs j
                    where j.data_source_id = s.id and j.deletion_marked_at is null and j.status in ('success', 'partial')
                        and j.started_at <= {latest}
                    order by j.started_at desc limit 10) j) g
            where g.JobIds is not null
            """).ToListAsync(cancellationToken);

    /// <summary>What is wrong with damaged backups.</summary>
    public static Task<Dictionary<Guid, string>> DamagesAsync(AppDbContext db, List<Guid> jobs, CancellationToken cancellationToken) =>
        db.Set<BackupArtifact>().Where(a => jobs.Contains(a.JobId) && a.Damage != null)
            .GroupBy(a => a.JobId)
            .Select(g => new { g.Key, Words = g.Min(a => a.Damage)! })
            .ToDictionaryAsync(d => d.Key, d => d.Words, cancellationToken);

    /// <summary>What failed since, counted up to a thousand.</summary>
    /// <param name="since">For each source.</param>
    public static Task<List<FailedRow>> FailedAsync(
        AppDbContext db, List<Guid> sources, List<DateTimeOffset> since, CancellationToken cancellationToken) =>
        db.Database.SqlQuery<FailedRow>(
            $"""
            select s.id as SourceId, c.count as Count, c.first as First, l.id as JobId, l.destination_id as DestinationId,
                l.error_summary as Error, l.error_stage as Stage
            from unnest({sources}, {since}) s(id, since)
            cross join lateral (
                select j.id, j.destination_id, j.error_summary, j.error_stage from backup_jobs j
                where j.data_source_id = s.id and j.status = 'failed' and j.finished_at > s.since
                order by j.finished_at desc limit 1) l
            cross join lateral (
                select count(*)::int as count, min(f.finished_at) as first from (
                    select j.finished_at from backup_jobs j
                    where j.data_source_id = s.id and j.status = 'failed' and j.finished_at > s.since
                    order by j.finished_at desc limit 1000) f) c
            """).ToListAsync(cancellationToken);

    /// <summary>The newest good backup of each attachment, wherever its policy stored then.</summary>
    public static Task<List<OwnGoodRow>> OwnGoodsAsync(
        AppDbContext db, List<Guid> attachments, DateTimeOffset latest, CancellationToken cancellationToken) =>
        db.Database.SqlQuery<OwnGoodRow>(
            $"""
            select a.id as AttachmentId, g.destination_id as DestinationId, g.started_at as StartedAt, g.finished_at as FinishedAt
            from unnest({attachments}) a(id) cross join lateral (
                select j.destination_id, j.started_at, j.finished_at from backup_jobs j
                where j.attachment_id = a.id and j.deletion_marked_at is null and j.status in ('success', 'partial')
                    and j.damaged_at is null and j.started_at <= {latest}
                order by j.created_at desc limit 1) g
            """).ToListAsync(cancellationToken);

    /// <summary>Of these sources those of which a run has ended.</summary>
    public static Task<List<Guid>> EndedAsync(AppDbContext db, List<Guid> sources, CancellationToken cancellationToken) =>
        db.Database.SqlQuery<Guid>(
            $"""
            select s.id as "Value" from unnest({sources}) s(id)
            where exists (select 1 from backup_jobs j where j.data_source_id = s.id and j.finished_at is not null)
            """).ToListAsync(cancellationToken);

    /// <summary>Of these sources, when the newest good backup of each was deleted, where it is one of the last thousand runs.</summary>
    public static Task<List<DeletedRow>> DeletedAsync(
        AppDbContext db, List<Guid> sources, DateTimeOffset latest, CancellationToken cancellationToken) =>
        db.Database.SqlQuery<DeletedRow>(
            $"""
            select s.id as SourceId, g.deletion_marked_at as DeletedAt from unnest({sources}) s(id) cross join lateral (
                select r.deletion_marked_at from (
                    select j.created_at, j.status, j.deletion_marked_at from backup_jobs j
                    where j.data_source_id = s.id and j.started_at <= {latest}
                    order by j.created_at desc limit 1000) r
                where r.status in ('success', 'partial') order by r.created_at desc limit 1) g
            where g.deletion_marked_at is not null
            """).ToListAsync(cancellationToken);

    /// <summary>What the last runs of whole servers made of each database, newest run first.</summary>
    public static Task<List<PartRow>> PartsAsync(
        AppDbContext db, List<Guid> servers, DateTimeOffset latest, CancellationToken cancellationToken) =>
        db.Database.SqlQuery<PartRow>(
            $"""
            select s.id as SourceId, j.id as JobId, j.started_at as StartedAt, j.finished_at as FinishedAt,
                j.deletion_marked_at is not null as IsDeleted, a.database as Name, a.kind as Kind, a.stored_at is not null as IsStored,
                coalesce(a.size, 0) as Bytes, a.error_summary as Error, a.damaged_at as DamagedAt, a.damage as Damage
            from unnest({servers}) s(id)
            cross join lateral (
                select j.id, j.started_at, j.finished_at, j.deletion_marked_at from backup_jobs j
                where j.data_source_id = s.id and j.status in ('success', 'partial')
                    and j.started_at <= {latest}
                order by j.created_at desc limit {Runs}) j
            join backup_artifacts a on a.job_id = j.id
            order by j.started_at desc, a.position
            """).ToListAsync(cancellationToken);
}
