using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Runs;

namespace BackupApp.Backups;

/// <summary>The master switch of a data source. Running jobs finish, queued ones are canceled, retention goes on.</summary>
public sealed class PauseDataSource(AppDbContext db, AuditLog audit, DataSourceEditor editor)
{
    /// <exception cref="Errors.NotFoundException"/>
    public async Task RunAsync(Guid id, bool active, CancellationToken cancellationToken)
    {
        await using var own = await db.BeginUnlessBegunAsync(cancellationToken);
        await editor.SetActiveAsync(id, active, cancellationToken);
        if (!active)
            await CancelBackup.CancelQueuedAsync(db, audit, j => j.DataSourceId == id, CancelReason.Paused, cancellationToken);
        await own.CommitOwnAsync(cancellationToken);
    }
}
