using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Errors;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Policies;

/// <summary>A manual backup by a policy: to its destination, with its compression, and aged by its rule.</summary>
public sealed class RunPolicyNow(AppDbContext db, BackupQueue queue)
{
    /// <param name="policyId">Null for the enabled attachment of the highest priority.</param>
    /// <returns>The job's id.</returns>
    /// <exception cref="NotFoundException"/>
    /// <exception cref="ConflictException">The source is paused, or no policy is attached.</exception>
    public async Task<Guid> RunAsync(Guid dataSourceId, Guid? policyId, CancellationToken cancellationToken)
    {
        var source = await db.Set<DataSource>().SingleOrDefaultAsync(s => s.Id == dataSourceId, cancellationToken)
            ?? throw new NotFoundException("data source");
        if (!source.IsActive)
            throw new ConflictException("This data source is paused. Resume it to back it up.");
        var attachment = await db.Set<PolicyAttachment>()
            .Where(a => a.DataSourceId == dataSourceId && (policyId == null ? a.IsEnabled : a.PolicyId == policyId))
            .OrderByDescending(a => a.Priority).ThenBy(a => a.CreatedAt)
            .FirstOrDefaultAsync(cancellationToken)
        ?? throw new ConflictException("No policy is attached to this data source. Attach one, or choose a destination.");
        var policy = await db.Set<BackupPolicy>().SingleAsync(p => p.Id == attachment.PolicyId, cancellationToken);
        var destination = await db.Set<StorageDestination>().SingleAsync(d => d.Id == policy.DestinationId, cancellationToken);
        return await queue.RunNowAsync(source, destination, policy.ToRun(attachment), cancellationToken);
    }
}
