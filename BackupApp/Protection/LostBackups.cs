using BackupApp.Data;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Protection;

/// <summary>
/// Stored backups whose objects are gone or not what was stored, the newest of a source or not: whoever reckons with thirty of them
/// has to know that three are left.
/// </summary>
public sealed class LostBackups(AppDbContext db) : ITroubleFinder
{
    private const string Subject = "destination/";

    public bool Finds(Incident incident) =>
        incident.Kind == IncidentKind.Damaged && incident.Subject.StartsWith(Subject, StringComparison.Ordinal);

    public async Task<IReadOnlyList<Trouble>> FindAsync(CancellationToken cancellationToken)
    {
        var found = await db.Database.SqlQuery<LostAt>(
            $"""
            select d.id as "DestinationId", d.name as "Name", count(distinct j.id)::int as "Backups",
                count(distinct j.data_source_id)::int as "Sources", max(j.started_at) as "Newest"
            from backup_artifacts a
            join backup_jobs j on j.id = a.job_id
            join storage_destinations d on d.id = a.destination_id
            where a.damaged_at is not null and j.deletion_marked_at is null and j.status in ('success', 'partial')
            group by d.id, d.name
            """).ToListAsync(cancellationToken);
        return [.. found.Select(Of)];
    }

    private static Trouble Of(LostAt lost) => new(
        $"{Subject}{lost.DestinationId}", lost.Name, IncidentKind.Damaged, $"{Subject}{lost.DestinationId}",
        $"{What(lost)} at {lost.Name} {(lost.Backups == 1 ? "is" : "are")} gone, or not what was stored there. "
        + "A rule of the bucket or somebody's hand may have done it: find out, then put the objects back, or delete these backups here.",
        ProtectionAction.SeeDestination, lost.DestinationId);

    private static string What(LostAt lost) => lost.Backups == 1
        ? $"A backup of {Ages.Moment(lost.Newest)}"
        : $"{lost.Backups} backups of {(lost.Sources == 1 ? "a data source" : $"{lost.Sources} data sources")}, "
            + $"the newest of {Ages.Moment(lost.Newest)},";

    private sealed record LostAt(Guid DestinationId, string Name, int Backups, int Sources, DateTimeOffset Newest);
}
