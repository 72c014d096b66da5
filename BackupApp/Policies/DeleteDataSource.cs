using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Errors;
using BackupApp.Runs;
using BackupApp.Stored;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Policies;

/// <summary>Something that ends with a data source, in the transaction that deletes it.</summary>
public interface IEndsWithSource
{
    /// <summary>Called before anything of the source is changed. What it changes the caller saves.</summary>
    Task EndAsync(DataSource source, CancellationToken cancellationToken);
}

/// <summary>
/// Deletes a data source: its secrets are destroyed, its policies are detached, and what is queued
/// or running is canceled. Its history stays, and so do its backups, until somebody deletes them.
/// </summary>
public sealed class DeleteDataSource(AppDbContext db, AuditLog audit, IEnumerable<IEndsWithSource> ending, TimeProvider time)
{
    /// <exception cref="NotFoundException"/>
    /// <exception cref="ConflictException">Somebody else changes it right now.</exception>
    public async Task RunAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var source = await db.Set<DataSource>().SingleOrDefaultAsync(s => s.Id == id, cancellationToken)
            ?? throw new NotFoundException("data source");
        foreach (var end in ending)
            await end.EndAsync(source, cancellationToken);
        source.Delete(time.GetUtcNow());
        await DetachAsync(source, cancellationToken);
        // From here on no schedule makes another job: a tick holds the attachment while it does, and has been waited for.
        await db.SaveAsync("data source", e => e, cancellationToken);
        var canceled = await CancelBackup.CancelQueuedAsync(db, audit, j => j.DataSourceId == id, CancelReason.User, cancellationToken);
        var asked = await CancelBackup.AskRunningAsync(db, audit, j => j.DataSourceId == id, cancellationToken);
        var kept = await StorageUse.OfAsync(db, id, cancellationToken);
        audit.Record(
            AuditActions.DataSourceDeleted,
            Target(source),
            new { source.Host, source.Database, canceled = canceled + asked, backupsKept = kept.Count });
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task DetachAsync(DataSource source, CancellationToken cancellationToken)
    {
        var attached = await db.Set<PolicyAttachment>().Where(a => a.DataSourceId == source.Id)
            .Join(db.Set<BackupPolicy>(), a => a.PolicyId, p => p.Id, (attachment, policy) => new { attachment, policy.Id, policy.Name })
            .ToListAsync(cancellationToken);
        foreach (var (attachment, policyId, name) in attached.Select(a => (a.attachment, a.Id, a.Name)))
        {
            db.Remove(attachment);
            audit.Record(
                AuditActions.PolicyDetached,
                new AuditTarget("backup_policy", policyId, name),
                new { dataSourceId = source.Id, dataSource = source.Name, because = "data source deleted" });
        }
    }

    private static AuditTarget Target(DataSource source) => new("datasource", source.Id, source.Name);
}
