using BackupApp.Destinations;

namespace BackupApp.Backups;

/// <summary>What may be at a destination for one artifact that is no backup.</summary>
internal static class Leftovers
{
    /// <summary>Removes the object and its manifest, whoever left them.</summary>
    /// <returns>How many there were.</returns>
    public static async Task<int> RemoveAsync(IObjectStore store, string key, CancellationToken cancellationToken)
    {
        var removed = 0;
        foreach (var name in (string[])[key, key + BackupManifest.Suffix])
        {
            if (await store.FindAsync(name, cancellationToken) is not { } found)
                continue;
            await store.DeleteAsync(name, found.VersionId, cancellationToken);
            removed++;
        }

        return removed;
    }
}
