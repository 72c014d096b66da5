using BackupApp.Destinations;

namespace BackupApp.Backups;

/// <summary>What may be at a destination for one artifact that is no backup.</summary>
internal static class Leftovers
{
    /// <summary>Removes the object and its manifest, whoever left them.</summary>
    /// <param name="withScript">Nothing of the whole run is a backup: the script that restores it goes too.</param>
    /// <returns>How many there were.</returns>
    public static async Task<int> RemoveAsync(IObjectStore store, string key, CancellationToken cancellationToken, bool withScript = false)
    {
        var removed = 0;
        string[] names = [key, key + BackupManifest.Suffix, .. withScript ? [ObjectNames.ScriptKey(key)] : Array.Empty<string>()];
        foreach (var name in names)
        {
            if (await store.FindAsync(name, cancellationToken) is not { } found)
                continue;
            await store.DeleteAsync(name, found.VersionId, cancellationToken);
            removed++;
        }

        return removed;
    }
}
