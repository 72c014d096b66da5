using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Runs;

namespace BackupApp.Backups;

/// <summary>The master switch of a data source. Running jobs finish, queued ones are canceled, retention goes on.</summary>
public sealed class PauseDataSource(AppDbContext db, AuditLog audit, DataSourceEditor editor)
{
    /// <exception cref="Errors.InvalidInputException"/>
    /// <exception cref="Errors.NotFoundException"/>
    public async Task PauseAsync(Guid id, PauseTerms terms, CancellationToken cancellationToken)
    {
        await using var own = await db.BeginUnlessBegunAsync(cancellationToken);
        await editor.PauseAsync(id, terms, cancellationToken);
        await CancelBackup.CancelQueuedAsync(db, audit, j => j.DataSourceId == id, CancelReason.Paused, cancellationToken);
        await own.CommitOwnAsync(cancellationToken);
    }

    /// <summary>What came due in between is not made up for.</summary>
    /// <exception cref="Errors.NotFoundException"/>
    public Task ResumeAsync(Guid id, CancellationToken cancellationToken) => editor.ResumeAsync(id, cancellationToken);
}
