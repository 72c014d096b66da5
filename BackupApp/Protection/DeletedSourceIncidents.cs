using BackupApp.Alerts;
using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Policies;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Protection;

/// <summary>What was the matter with a source that is deleted ends with it. Nothing recovered, and nobody is told that it did.</summary>
public sealed class DeletedSourceIncidents(AppDbContext db, AuditLog audit, Outbox outbox, TimeProvider time) : IEndsWithSource
{
    public async Task EndAsync(DataSource source, CancellationToken cancellationToken)
    {
        // A round that is under way may have read the source already: it is waited for, and none begins before the end of the deletion.
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock({WatchRound.Lock})", cancellationToken);
        var now = time.GetUtcNow();
        var open = await db.Set<Incident>().Where(i => i.DataSourceId == source.Id && i.EndedAt == null).ToListAsync(cancellationToken);
        await outbox.TakeBackAsync(open.ConvertAll(i => i.Id), cancellationToken);
        foreach (var incident in open)
        {
            incident.End(now);
            audit.Record(
                AuditActions.IncidentEnded, new AuditTarget("incident", incident.Id, incident.Name),
                new { kind = incident.Kind.ToSnakeCase(), incident.Reason, incident.DataSourceId, because = "data source deleted" });
        }
    }
}
