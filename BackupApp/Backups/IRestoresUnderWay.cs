using BackupApp.Data;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Backups;

/// <summary>What those who make and delete backups have to know of the restores that are queued or running.</summary>
public interface IRestoresUnderWay
{
    /// <summary>Backups that a restore needs: neither a person nor retention may delete them meanwhile.</summary>
    IQueryable<Guid> HeldBackups(AppDbContext db);

    /// <summary>Sources whose database is being overwritten or swapped back: a backup of it would be of half of each, and waits.</summary>
    Task<IReadOnlyList<Guid>> BusySourcesAsync(AppDbContext db, CancellationToken cancellationToken);

    /// <summary>
    /// Whether a backup is the way back from a restore that replaces: then it holds all that may be replaced, whatever its source leaves
    /// out by now.
    /// </summary>
    Task<bool> IsWayBackAsync(AppDbContext db, Guid backupId, CancellationToken cancellationToken);

    /// <summary>A backup has ended: sends what waited for it.</summary>
    Task SendParkedAsync();
}

/// <summary>What keeps a backup from being deleted between the look and the mark.</summary>
internal static class BackupHold
{
    // Any number will do; it only has to be the same in every process.
    private const long Seed = 0x686f6c64;

    /// <summary>
    /// Within the transaction that begins to need the backup, or marks it for deletion: one waits for the other, and then sees what it
    /// did.
    /// </summary>
    public static Task LockAsync(AppDbContext db, Guid backupId, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended({backupId.ToString()}, {Seed}))", cancellationToken);
}
