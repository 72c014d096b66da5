using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Errors;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Backups;

/// <summary>The master switch of a data source. Running jobs finish, queued ones are canceled, retention goes on.</summary>
public sealed class PauseDataSource(AppDbContext db, AuditLog audit, TimeProvider time)
{
    /// <summary>One that is paused already gets the new terms.</summary>
    /// <exception cref="InvalidInputException"/>
    /// <exception cref="ConflictException">Somebody else saved it in between.</exception>
    /// <exception cref="NotFoundException"/>
    public async Task PauseAsync(Guid id, PauseTerms terms, CancellationToken cancellationToken)
    {
        var given = terms.Checked(time.GetUtcNow());
        await using var own = await db.BeginUnlessBegunAsync(cancellationToken);
        var source = await FindAsync(id, cancellationToken);
        if (source.IsActive || (source.PausedUntil, source.PauseReason) != (given.Until, given.Why))
        {
            source.Pause(given, time.GetUtcNow());
            audit.Record(AuditActions.DataSourceDeactivated, Target(source), new { given.Until, given.Why });
            await db.SaveNamedAsync("data source", source.Name, cancellationToken);
        }

        await CancelBackup.CancelQueuedAsync(db, audit, j => j.DataSourceId == id, CancelReason.Paused, cancellationToken);
        await own.CommitOwnAsync(cancellationToken);
    }

    /// <summary>What came due in between is not made up for.</summary>
    /// <exception cref="ConflictException">Somebody else saved it in between.</exception>
    /// <exception cref="NotFoundException"/>
    public async Task ResumeAsync(Guid id, CancellationToken cancellationToken)
    {
        var source = await FindAsync(id, cancellationToken);
        if (source.IsActive)
            return;
        source.Resume(time.GetUtcNow());
        audit.Record(AuditActions.DataSourceActivated, Target(source));
        await db.SaveNamedAsync("data source", source.Name, cancellationToken);
    }

    private async Task<DataSource> FindAsync(Guid id, CancellationToken cancellationToken) =>
        await db.Set<DataSource>().SingleOrDefaultAsync(s => s.Id == id, cancellationToken) ?? throw new NotFoundException("data source");

    private static AuditTarget Target(DataSource source) => new("datasource", source.Id, source.Name);
}
