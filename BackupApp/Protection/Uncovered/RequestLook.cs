using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Data;
using Hangfire;
using Hangfire.States;

namespace BackupApp.Protection.Uncovered;

/// <summary>Asks for a look at all servers, soon: not only once a day.</summary>
public sealed class RequestLook(AppDbContext db, AuditLog audit, IBackgroundJobClient hangfire)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        audit.Record(AuditActions.UncoveredLookRequested, new AuditTarget("uncovered_database", null, null));
        await db.SaveChangesAsync(cancellationToken);
        hangfire.Create<UncoveredRound>(round => round.RunAsync(CancellationToken.None), new EnqueuedState(BackupQueue.Control));
    }
}
