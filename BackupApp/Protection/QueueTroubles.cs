using BackupApp.Data;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Protection;

/// <summary>Jobs wait, and no worker takes them.</summary>
public sealed class QueueTroubles(AppDbContext db) : ITroubleFinder
{
    /// <summary>A free worker takes a job within a second, a lost message is made up for within the minute.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public bool Finds(Incident incident) => incident.Kind == IncidentKind.QueueDead;

    // What waits while something runs waits for its turn. By the database's clock, as the rows are.
    public async Task<IReadOnlyList<Trouble>> FindAsync(CancellationToken cancellationToken)
    {
        var waiting = await db.Database.SqlQuery<int>(
            $"""
            select coalesce(sum(q.n), 0)::int as "Value" from (
                select count(*) as n from backup_jobs where status = 'queued' and created_at < now() - {Patience}
                    and not exists (select 1 from backup_jobs where status = 'running')
                union all
                select count(*) from restore_jobs where status = 'queued' and created_at < now() - {Patience}
                    and not exists (select 1 from restore_jobs where status = 'running')) q
            """).SingleAsync(cancellationToken);
        return waiting == 0
            ? []
            : [
                OwnTroubles.Of(
                    IncidentKind.QueueDead,
                    $"{(waiting == 1 ? "A job has" : $"{waiting} jobs have")} waited for more than {Ages.Words(Patience)}, and none runs. "
                    + "Look at the workers' log, and restart them."),
            ];
    }
}
