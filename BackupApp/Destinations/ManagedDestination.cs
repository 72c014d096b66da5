using BackupApp.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace BackupApp.Destinations;

/// <summary>The destination that whoever runs the server has configured.</summary>
public static class ManagedDestination
{
    /// <summary>
    /// Brings the row of the managed destination in line with the configuration. Called at start, under the start-up lock.
    /// </summary>
    /// <exception cref="OptionsValidationException">It is another place now, and backups lie at the one before.</exception>
    public static async Task EnsureAsync(
        AppDbContext db, ManagedStorageOptions options, IDestinationUse use, TimeProvider time, CancellationToken cancellationToken)
    {
        var location = options.Location ?? S3Location.None;
        var destination = await db.Set<StorageDestination>()
            .SingleOrDefaultAsync(d => d.Id == StorageDestination.ManagedId, cancellationToken);
        if (destination is null)
            db.Add(StorageDestination.CreateManaged(StorageDestination.ManagedName, options.Location, time.GetUtcNow()));
        else if (destination.Location != location)
        {
            if (IsElsewhere(destination.Location, location) && !options.IsMoved
                && await use.HasBackupsAsync(StorageDestination.ManagedId, cancellationToken))
                throw Elsewhere(destination.Location, location);
            destination.SetManaged(destination.Name, options.Location, time.GetUtcNow());
        }

        await db.SaveChangesAsync(cancellationToken);
    }

    private static bool IsElsewhere(S3Location before, S3Location now) => (before.Bucket, before.Prefix) != (now.Bucket, now.Prefix);

    // Looked for at the new place, every backup would be damaged by the next morning, and in time deleted from the history.
    private static OptionsValidationException Elsewhere(S3Location before, S3Location now) => new(
        nameof(ManagedStorageOptions),
        typeof(ManagedStorageOptions),
        [
            $"The server storage is {Place(now)} by the options BackupApp__ManagedStorage__…, and backups are stored in {Place(before)}. "
            + "Set the options back; or, when everything there was copied to the new place, "
            + "start with BackupApp__ManagedStorage__IsMoved=true.",
        ]);

    private static string Place(S3Location location) =>
        string.IsNullOrEmpty(location.Bucket) ? "a folder of this server" : $"the bucket \"{location.Bucket}\" at \"{location.Prefix}\"";
}
