using BackupApp.Data;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Destinations;

/// <summary>The destination that whoever runs the server has configured.</summary>
public static class ManagedDestination
{
    /// <summary>
    /// Brings the row of the managed destination in line with the configuration. Called at start, under the start-up lock.
    /// </summary>
    public static async Task EnsureAsync(
        AppDbContext db, ManagedStorageOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var destination = await db.Set<StorageDestination>()
            .SingleOrDefaultAsync(d => d.Id == StorageDestination.ManagedId, cancellationToken);
        if (destination is null)
            db.Add(StorageDestination.CreateManaged(StorageDestination.ManagedName, options.Location, time.GetUtcNow()));
        else if (destination.Location != (options.Location ?? S3Location.None))
            destination.SetManaged(destination.Name, options.Location, time.GetUtcNow());
        await db.SaveChangesAsync(cancellationToken);
    }
}
