using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Destinations;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Stored;

/// <inheritdoc/>
internal sealed class DestinationUse(AppDbContext db) : IDestinationUse
{
    public Task<bool> HasBackupsAsync(Guid destinationId, CancellationToken cancellationToken) =>
        db.Set<BackupJob>().AnyAsync(j => j.DestinationId == destinationId, cancellationToken);
}
