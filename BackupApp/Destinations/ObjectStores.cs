using BackupApp.Data;
using BackupApp.Destinations.Folder;
using BackupApp.Destinations.S3;
using BackupApp.Network;
using BackupApp.Secrets;
using Microsoft.Extensions.Options;

namespace BackupApp.Destinations;

/// <summary>Opens the store of a destination: the only place where its keys are decrypted.</summary>
public sealed class ObjectStores(
    IOptions<ManagedStorageOptions> managed,
    IOptions<NetworkOptions> network,
    DataDirectory data,
    SecretBox secrets,
    ILoggerFactory loggers,
    TimeProvider time)
{
    /// <summary>Where the managed folder is; absolute.</summary>
    public string ManagedFolder => Path.GetFullPath(managed.Value.Folder, data.Path);

    private string MountNote => Path.Combine(data.Path, "backups-mount");

    /// <exception cref="StoreException">The settings are incomplete.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The keys do not decrypt.</exception>
    public IObjectStore Open(StorageDestination destination) => destination.Kind == DestinationKind.Folder
        ? new FolderObjectStore(new FolderStoreSettings(ManagedFolder, MountNote), loggers.CreateLogger<FolderObjectStore>(), time)
        : OpenS3(destination.Location, KeysOf(destination), destination.IsManaged, S3Timings.Backup);

    /// <summary>Reads one object from byte <paramref name="offset"/> on. The stream keeps its store until it is disposed.</summary>
    /// <exception cref="StoreException"/>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The keys do not decrypt.</exception>
    public async Task<Stream> OpenReadAsync(
        StorageDestination destination, string key, string? versionId, long offset, CancellationToken cancellationToken)
    {
        var store = Open(destination);
        try
        {
            return new StoreStream(await store.OpenReadAsync(key, versionId, offset, cancellationToken), store);
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Like <see cref="Open"/>, for work that is tried again later anyway, and must not keep others
    /// waiting for a store that does not answer.
    /// </summary>
    /// <exception cref="StoreException">The settings are incomplete.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The keys do not decrypt.</exception>
    public IObjectStore OpenForUpkeep(StorageDestination destination) => destination.Kind == DestinationKind.Folder
        ? Open(destination)
        : OpenS3(destination.Location, KeysOf(destination), destination.IsManaged, S3Timings.Interactive);

    /// <summary>The store of a saved destination, to be tried by somebody who waits for the result.</summary>
    /// <exception cref="StoreException">The settings are incomplete.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The keys do not decrypt.</exception>
    public IObjectStore OpenForTest(StorageDestination destination) => destination.Kind == DestinationKind.Folder
        ? Open(destination)
        : OpenForTest(destination.Location, KeysOf(destination), destination.IsManaged);

    /// <summary>A store that is tried before it is saved. Gives up sooner than a backup would.</summary>
    public IObjectStore OpenForTest(S3Location location, S3Keys? keys, bool isManaged) =>
        OpenS3(location, keys, isManaged, S3Timings.Test);

    private S3Keys? KeysOf(StorageDestination destination) =>
        destination.IsManaged ? managed.Value.Keys : destination.DecryptKeys(secrets);

    private S3ObjectStore OpenS3(S3Location location, S3Keys? keys, bool isManaged, S3Timings timings)
    {
        var settings = new S3StoreSettings(
            Address(location.Endpoint),
            string.IsNullOrEmpty(location.Region) ? S3Location.DefaultRegion : location.Region,
            location.Bucket ?? "",
            location.Prefix,
            keys?.AccessKeyId,
            keys?.SecretAccessKey,
            location.ForcePathStyle,
            Address(location.PublicEndpoint),
            location.Encryption,
            location.KmsKeyId,
            UseServerCredentials: isManaged && keys is null,
            AllowLinkLocal: network.Value.AllowLinkLocal,
            AppendOnly: location.AppendOnly,
            MaxParts: location.PartsOfOneUpload);
        return new S3ObjectStore(settings, loggers.CreateLogger<S3ObjectStore>(), timings, time: time);
    }

    private static Uri? Address(string? text) => string.IsNullOrEmpty(text)
        ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var uri)
            ? uri
            : throw new StoreException(StoreError.InvalidConfiguration, "The endpoint must be an address like https://s3.example.com.");
}
