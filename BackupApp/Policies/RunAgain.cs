using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Errors;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Policies;

/// <summary>A backup once more: by its policy where that is still attached, else to the same destination.</summary>
public sealed class RunAgain(AppDbContext db, RunPolicyNow byPolicy, RunNow toDestination)
{
    /// <returns>The new job's id.</returns>
    /// <exception cref="NotFoundException"/>
    /// <exception cref="ConflictException">The source is paused, or where it went is gone.</exception>
    public async Task<Guid> RunAsync(Guid jobId, CancellationToken cancellationToken)
    {
        var job = await db.Set<BackupJob>().Where(j => j.Id == jobId)
            .Select(j => new { j.DataSourceId, j.DestinationId, j.DestinationName, j.PolicyId })
            .SingleOrDefaultAsync(cancellationToken) ?? throw new NotFoundException("backup job");
        if (job.PolicyId is { } policy
            && await db.Set<PolicyAttachment>().AnyAsync(
                a => a.DataSourceId == job.DataSourceId && a.PolicyId == policy, cancellationToken))
            return await byPolicy.RunAsync(job.DataSourceId, policy, cancellationToken);
        if (!await db.Set<StorageDestination>().AnyAsync(d => d.Id == job.DestinationId, cancellationToken))
            throw new ConflictException(
                $"The destination {job.DestinationName} was deleted. Run a backup to another one, on the data source's page.");
        return await toDestination.RunAsync(job.DataSourceId, job.DestinationId, cancellationToken);
    }
}
