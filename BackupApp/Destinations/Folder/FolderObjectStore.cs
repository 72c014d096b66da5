using System.Runtime.CompilerServices;

namespace BackupApp.Destinations.Folder;

/// <summary>
/// A folder of this machine: keys are files below its root, readable by this service's user only. Where the file system keeps its promises,
/// a completed upload survives a power cut and an unfinished one never looks finished.
/// </summary>
public sealed class FolderObjectStore(FolderStoreSettings settings, ILogger<FolderObjectStore> logger, TimeProvider? time = null)
    : IObjectStore
{
    private readonly FolderPaths _paths = new(settings.Root);
    private readonly FolderMount _mount = new(settings);
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    public Task<IObjectUpload> BeginUploadAsync(string key, UploadOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Guard<IObjectUpload>(() =>
        {
            var upload = new OpenUpload(ObjectKeys.Check(key), FolderPaths.NewUploadId(), _time.GetUtcNow());
            _paths.CreateParents(Path.Combine(_paths.Root, "any"));
            settings.Reserve.Check(_paths.Root, next: 0);
            return new FolderUpload(_paths, settings.Reserve, _mount, upload, logger);
        });
    }

    /// <summary>None: what is written goes straight to the file.</summary>
    public long MemoryOf(UploadOptions options) => 0;

    public async Task<ObjectInfo> PutAsync(
        string key, ReadOnlyMemory<byte> content, string contentType, CancellationToken cancellationToken)
    {
        await using var upload = await BeginUploadAsync(key, new UploadOptions(contentType, content.Length), cancellationToken);
        await upload.Body.WriteAsync(content, cancellationToken);
        await upload.SealAsync(cancellationToken);
        return await upload.CompleteAsync(cancellationToken);
    }

    public Task<ObjectInfo?> FindAsync(string key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Guard(() =>
        {
            var path = _paths.Final(key);
            return FolderPaths.IsThere(path) ? Describe(new FileInfo(path)) : null;
        });
    }

    public Task<Stream> OpenReadAsync(string key, string? versionId, long offset, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Guard<Stream>(() =>
        {
            var file = new FileStream(
                _paths.Final(key), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 128 * 1024, FileOptions.Asynchronous);
            file.Position = offset;
            return file;
        });
    }

    public Task<Removal> DeleteAsync(string key, string? versionId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Guard(() =>
        {
            _paths.Remove(_paths.Final(key));
            return Removal.Freed;
        });
    }

    public async IAsyncEnumerable<ObjectInfo> ListAsync(string keyPrefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var file in await Guard(() => FolderFiles.Under(_paths, keyPrefix).Where(file => _paths.Upload(file) is null).ToList()))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (file.Exists) // else deleted while the list was being read
                yield return Describe(file);
        }
    }

    public Task<IReadOnlyList<OpenUpload>> ListUploadsAsync(string keyPrefix, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Guard<IReadOnlyList<OpenUpload>>(() =>
            [
                .. FolderFiles.Under(_paths, keyPrefix)
                    .Select(_paths.Upload)
                    .OfType<OpenUpload>()
                    .Where(u => u.Key.StartsWith(keyPrefix, StringComparison.Ordinal)),
            ]);
    }

    public Task AbortUploadAsync(OpenUpload upload, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(upload);
        cancellationToken.ThrowIfCancellationRequested();
        return Guard(() => _paths.Remove(_paths.Partial(upload)));
    }

    /// <summary>Always null: the app serves these files by a signed link of its own.</summary>
    public Uri? CreateDownloadLink(string key, string? versionId, string fileName, string contentType, TimeSpan lifetime) => null;

    public void Dispose()
    {
        // Nothing is held between calls.
    }

    private ObjectInfo Describe(FileInfo file) => new(_paths.Key(file.FullName), file.Length, VersionId: null, file.LastWriteTimeUtc);

    private Task<T> Guard<T>(Func<T> action)
    {
        try
        {
            _mount.Require();
            return Task.FromResult(action());
        }
        catch (StoreException e)
        {
            return Task.FromException<T>(e);
        }
        catch (Exception e) when (FolderErrors.IsFileSystem(e))
        {
            return Task.FromException<T>(FolderErrors.Map(e, _paths.Root));
        }
    }
}
