using BackupApp.Destinations;

namespace BackupApp.Backups;

/// <summary>What may be at a destination for one artifact that is no backup.</summary>
internal static class Leftovers
{
    /// <summary>Removes the object, its inventory and its manifest, whoever left them.</summary>
    /// <param name="appendOnly">A refusal is the destination's right: see <see cref="StorageDestination.AppendOnly"/>.</param>
    /// <param name="withScript">Nothing of the whole run is a backup: the script that restores it goes too.</param>
    /// <returns>How many there were.</returns>
    public static async Task<int> RemoveAsync(
        IObjectStore store, string key, bool appendOnly, CancellationToken cancellationToken, bool withScript = false)
    {
        var removed = 0;
        string[] script = withScript ? [ObjectNames.ScriptKey(key)] : [];
        string[] names = [key, key + BackupManifest.InventorySuffix, key + BackupManifest.Suffix, .. script];
        foreach (var name in names)
        {
            if (await store.FindAsync(name, cancellationToken) is not { } found)
                continue;
            try
            {
                await store.DeleteAsync(name, found.VersionId, cancellationToken);
            }
            catch (StoreException e) when (appendOnly && e.IsRefusal)
            {
                await Removals.HideAsync(store, name, cancellationToken);
            }
            removed++;
        }

        return removed;
    }
}
