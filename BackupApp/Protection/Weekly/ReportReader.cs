using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Protection.Weekly;

/// <summary>Reads what a weekly report says.</summary>
public sealed class ReportReader(AppDbContext db, ProtectionReader protection, ObjectStores stores, TimeProvider time)
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    public async Task<ReportFacts> ReadAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var sources = (await protection.AllAsync(cancellationToken)).Select(Of).ToList();
        var ended = await db.Set<BackupJob>().Where(j => j.CreatedAt >= now - Week && j.FinishedAt != null).GroupBy(j => j.Status)
            .Select(g => new { g.Key, Count = g.Count() }).ToListAsync(cancellationToken);
        return new ReportFacts(
            now, sources, await DestinationsAsync(now, cancellationToken),
            ended.Where(e => e.Key == RunStatus.Success).Sum(e => e.Count),
            ended.Where(e => e.Key is RunStatus.Failed or RunStatus.Partial).Sum(e => e.Count));
    }

    private static ReportSource Of(ProtectedSource source)
    {
        var (state, trouble) = (source.State, Trouble.Of(source).FirstOrDefault());
        return new ReportSource(
            source.Id, source.Name, source.Environment.ToSnakeCase(), state.Title, trouble is { IsSilent: false }, state.Reason,
            state.Action.Title(), state.NewestGood?.StartedAt, state.NewestGood?.Bytes);
    }

    // What lay there then is what was stored before and not deleted until then.
    private async Task<IReadOnlyList<ReportDestination>> DestinationsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (week, month) = (now - Week, now - (4 * Week));
        var stored = await db.Database.SqlQuery<StoredRow>(
            $"""
            select destination_id as DestinationId,
                coalesce(sum(bytes_stored) filter (where deleted_at is null), 0)::bigint as Now,
                (sum(bytes_stored) filter (where finished_at <= {week} and (deleted_at is null or deleted_at > {week})))::bigint as WeekAgo,
                (sum(bytes_stored) filter (where finished_at <= {month}))::bigint as MonthAgo
            from backup_jobs
            where status in ('success', 'partial') and (deleted_at is null or deleted_at > {month})
            group by destination_id
            """).ToDictionaryAsync(r => r.DestinationId, cancellationToken);
        var destinations = await db.Set<StorageDestination>().AsNoTracking().OrderByDescending(d => d.IsManaged).ThenBy(d => d.Name)
            .Select(d => new { d.Id, d.Name, d.Kind }).ToListAsync(cancellationToken);
        return
        [
            .. destinations.Where(d => stored.ContainsKey(d.Id)).Select(d => new ReportDestination(
                d.Name, stored[d.Id].Now, stored[d.Id].WeekAgo, stored[d.Id].MonthAgo,
                d.Kind == DestinationKind.Folder ? FreeSpace() : null)),
        ];
    }

    // A process that does not see the folder knows nothing of it.
    private long? FreeSpace()
    {
        try
        {
            return new DriveInfo(stores.ManagedFolder).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private sealed record StoredRow(Guid DestinationId, long Now, long? WeekAgo, long? MonthAgo);
}
