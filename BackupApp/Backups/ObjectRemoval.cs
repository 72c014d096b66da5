using BackupApp.Destinations;

namespace BackupApp.Backups;

/// <summary>Removes what a job stored, and looks whether it is gone: a store's "deleted" is not taken on trust.</summary>
internal static class ObjectRemoval
{
    // A request that was repeated may have made more than one version of an object.
    private const int MaxVersions = 5;

    /// <returns>The bytes that are free now, and whether anything was only hidden.</returns>
    /// <exception cref="StoreException">Something could not be removed, or is still there.</exception>
    /// <param name="appendOnly">A refusal is the destination's right: see <see cref="StorageDestination.AppendOnly"/>.</param>
    public static async Task<(long Freed, bool OnlyHidden)> RunAsync(
        IObjectStore store, IReadOnlyCollection<BackupArtifact> artifacts, bool appendOnly, CancellationToken cancellationToken)
    {
        var (freed, hidden) = (0L, false);
        foreach (var artifact in artifacts.Where(a => a.Copy.StoredAt is not null))
        {
            // The manifest goes last: as long as the object is there, somebody may need to know what it is.
            if (await RemoveAsync(store, artifact.Copy.Key, artifact.Copy.VersionId, appendOnly, cancellationToken) == Removal.Hidden)
                hidden = true;
            else
                freed += artifact.Size ?? 0;
            await RemoveFoundAsync(store, artifact.Copy.Key + BackupManifest.Suffix, appendOnly, cancellationToken);
        }

        if (artifacts.Count > 1)
            await RemoveFoundAsync(store, ObjectNames.ScriptKey(artifacts.First().Copy.Key), appendOnly, cancellationToken);
        return (freed, hidden);
    }

    private static async Task RemoveFoundAsync(IObjectStore store, string key, bool appendOnly, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(key, cancellationToken) is { } found)
            await RemoveAsync(store, key, found.VersionId, appendOnly, cancellationToken);
    }

    private static async Task<Removal> RemoveAsync(
        IObjectStore store, string key, string? versionId, bool appendOnly, CancellationToken cancellationToken)
    {
        try
        {
            return await RemoveForGoodAsync(store, key, versionId, cancellationToken);
        }
        catch (StoreException e) when (appendOnly && e.IsRefusal)
        {
            await Removals.HideAsync(store, key, cancellationToken);
            return Removal.Hidden;
        }
    }

    private static async Task<Removal> RemoveForGoodAsync(
        IObjectStore store, string key, string? versionId, CancellationToken cancellationToken)
    {
        // Without a version a bucket that keeps them would only put a marker over the object.
        var version = versionId ?? (await store.FindAsync(key, cancellationToken))?.VersionId;
        var removal = Removal.Freed;
        for (var n = 0; n < MaxVersions; n++)
        {
            if (await store.DeleteAsync(key, version, cancellationToken) == Removal.Hidden)
                removal = Removal.Hidden;
            var left = await store.FindAsync(key, cancellationToken);
            if (left is null)
                return removal;
            if (left.VersionId is null || left.VersionId == version)
                break;
            version = left.VersionId;
        }

        throw new StoreException(
            StoreError.AccessDenied,
            "The destination accepted the deletion, but the object is still there. It may be locked against deletion.");
    }
}
