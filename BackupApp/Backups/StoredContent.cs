using BackupApp.Destinations;
using BackupApp.Streams;

namespace BackupApp.Backups;

/// <summary>The way back of <see cref="BackupPipeline"/>: store, verified, decompressed; what comes out is what the tool wrote.</summary>
public static class StoredContent
{
    /// <summary>
    /// Opens what an artifact holds. The stream is closed by the caller, and keeps its store open as long as it needs it.
    /// </summary>
    /// <exception cref="StoreException"/>
    public static async Task<Stream> OpenAsync(
        ObjectStores stores, StorageDestination destination, BackupArtifact artifact, CancellationToken cancellationToken) =>
        artifact.Form.Read(await OpenVerifiedAsync(stores, destination, artifact, cancellationToken));

    /// <summary>The object as it lies there, held against what was recorded of it.</summary>
    /// <exception cref="StoreException"/>
    public static async Task<VerifiedStream> OpenVerifiedAsync(
        ObjectStores stores, StorageDestination destination, BackupArtifact artifact, CancellationToken cancellationToken)
    {
        if (artifact is not { Copy.StoredAt: not null, Sha256: { } hash, Size: { } size })
            throw new ArgumentException("Only a stored artifact can be read.", nameof(artifact));
        var stored = await stores.OpenReadAsync(destination, artifact.Copy.Key, artifact.Copy.VersionId, 0, cancellationToken);
        return new VerifiedStream(stored, hash, size);
    }
}
