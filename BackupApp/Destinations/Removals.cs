namespace BackupApp.Destinations;

public static class Removals
{
    /// <summary>
    /// Where nothing can be deleted for good: puts a marker over the object, where the bucket keeps versions
    /// and lets us. It is out of the way then, and a rule of the bucket can remove it once its lock has ended.
    /// </summary>
    /// <exception cref="StoreException">Not when it is refused: then the object simply stays.</exception>
    public static async Task HideAsync(IObjectStore store, string key, CancellationToken cancellationToken)
    {
        try
        {
            await store.DeleteAsync(key, versionId: null, cancellationToken);
        }
        catch (StoreException e) when (e.IsRefusal)
        {
            return;
        }
    }
}
