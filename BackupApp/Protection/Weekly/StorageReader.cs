using BackupApp.Data;
using BackupApp.Destinations;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Protection.Weekly;

/// <summary>Reads what lies at each destination, and what lay there before.</summary>
public sealed class StorageReader(AppDbContext db, ObjectStores stores)
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    /// <summary>Those where something lies, server storage first.</summary>
    // What lay there then is what was stored before and not deleted until then.
    public async Task<IReadOnlyList<ReportDestination>> ReadAsync(DateTimeOffset now, CancellationToken cancellationToken)
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
                d.Kind == DestinationKind.Folder ? FreeSpace() : null)
            { Id = d.Id }),
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
