using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Errors;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Backups;

/// <summary>A manual backup of one data source without a policy.</summary>
public sealed class RunNow(AppDbContext db, BackupQueue queue)
{
    /// <param name="destinationId">Null for the server's own storage.</param>
    /// <returns>The job's id; the job is queued.</returns>
    /// <exception cref="NotFoundException"/>
    /// <exception cref="ConflictException">The source is switched off.</exception>
    public async Task<Guid> RunAsync(Guid dataSourceId, Guid? destinationId, CancellationToken cancellationToken)
    {
        var source = await db.Set<DataSource>().SingleOrDefaultAsync(s => s.Id == dataSourceId, cancellationToken)
            ?? throw new NotFoundException("data source");
        if (!source.IsActive)
            throw new ConflictException("This data source is paused. Resume it to back it up.");
        var id = destinationId ?? StorageDestination.ManagedId;
        var destination = await db.Set<StorageDestination>().SingleOrDefaultAsync(d => d.Id == id, cancellationToken)
            ?? throw new NotFoundException("storage destination");
        return await queue.RunNowAsync(source, destination, null, cancellationToken);
    }
}
