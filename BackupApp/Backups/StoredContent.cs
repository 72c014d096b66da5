using System.IO.Compression;
using BackupApp.Destinations;
using BackupApp.Streams;

namespace BackupApp.Backups;

/// <summary>The way back of <see cref="BackupPipeline"/>: store, verified, decompressed; what comes out is what the tool wrote.</summary>
public static class StoredContent
{
    /// <summary>Opens what an artifact holds. The stream is closed by the caller, and keeps its store open as long as it needs it.</summary>
    /// <exception cref="StoreException"/>
    public static async Task<Stream> OpenAsync(
        ObjectStores stores, StorageDestination destination, BackupArtifact artifact, CancellationToken cancellationToken) =>
        Decompressed(await OpenVerifiedAsync(stores, destination, artifact, cancellationToken), artifact);

    /// <summary>The object as it lies there, held against what was recorded of it.</summary>
    /// <exception cref="StoreException"/>
    public static async Task<VerifiedStream> OpenVerifiedAsync(
        ObjectStores stores, StorageDestination destination, BackupArtifact artifact, CancellationToken cancellationToken)
    {
        if (artifact is not { StoredAt: not null, Sha256: { } hash, Size: { } size })
            throw new ArgumentException("Only a stored artifact can be read.", nameof(artifact));
        return new VerifiedStream(
            await stores.OpenReadAsync(destination, artifact.Key, artifact.VersionId, 0, cancellationToken), hash, size);
    }

    /// <summary>What the tool wrote.</summary>
    /// <param name="verified">Closed with what is returned.</param>
    public static Stream Decompressed(VerifiedStream verified, BackupArtifact artifact) =>
        ObjectNames.IsCompressed(artifact.Key) ? new GZipStream(verified, CompressionMode.Decompress) : verified;
}
