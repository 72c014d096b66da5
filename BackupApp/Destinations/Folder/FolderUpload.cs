using BackupApp.Destinations.S3;

namespace BackupApp.Destinations.Folder;

/// <summary>One file being written as <c>.partial</c>; renaming it is what makes it a backup.</summary>
internal sealed class FolderUpload : IObjectUpload
{
    // Space is looked at once per so many bytes, and so many are kept in hand.
    private const int CheckEvery = 8 * 1024 * 1024;

    private readonly FolderPaths _paths;
    private readonly FreeSpaceReserve _reserve;
    private readonly FolderMount _mount;
    private readonly ILogger _logger;
    private readonly FileStream _file;
    private readonly string _partial;
    private long _uncheckedBytes = CheckEvery;
    private long _length;
    private bool _sealed;
    private bool _completed;
    private bool _disposed;

    public FolderUpload(FolderPaths paths, FreeSpaceReserve reserve, FolderMount mount, OpenUpload upload, ILogger logger)
    {
        _paths = paths;
        _reserve = reserve;
        _mount = mount;
        _logger = logger;
        _partial = paths.Partial(upload);
        Upload = upload;
        Body = new UploadBody(WriteAsync, () => _length);
        _file = PartialFile.Create(paths, _partial);
    }

    public OpenUpload Upload { get; }

    public Stream Body { get; }

    public async Task SealAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_sealed)
            return;
        cancellationToken.ThrowIfCancellationRequested();
        // fsync of a large file takes a while and has no asynchronous form.
        await GuardAsync(() => new ValueTask(Task.Run(() => _file.Flush(flushToDisk: true), CancellationToken.None)));
        await _file.DisposeAsync();
        _sealed = true;
    }

    public async Task<ObjectInfo> CompleteAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_sealed || _completed)
            throw new InvalidOperationException("The upload is not sealed, or completed already.");
        cancellationToken.ThrowIfCancellationRequested();
        await GuardAsync(() => new ValueTask(Task.Run(Rename, CancellationToken.None)));
        return new ObjectInfo(Upload.Key, _length, VersionId: null, File.GetLastWriteTimeUtc(_paths.Final(Upload.Key)));
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        await _file.DisposeAsync();
        if (_completed)
            return;
        try
        {
            _paths.Remove(_partial);
        }
        catch (Exception e) when (FolderErrors.IsFileSystem(e))
        {
            // Thrown from here it would hide why the upload is being given up. The reaper tries again.
            StoreLog.LeftBehind(_logger, e, Upload.Key);
        }
    }

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_sealed)
            throw new InvalidOperationException("The upload is sealed.");
        await GuardAsync(async () =>
        {
            if ((_uncheckedBytes += data.Length) >= CheckEvery)
            {
                _reserve.Check(_paths.Root, Math.Max(CheckEvery, data.Length));
                _uncheckedBytes = 0;
            }
            await _file.WriteAsync(data, cancellationToken);
            _length += data.Length;
        });
    }

    private void Rename()
    {
        try
        {
            File.Move(_partial, _paths.Final(Upload.Key), overwrite: true);
        }
        catch (FileNotFoundException e)
        {
            throw new StoreException(StoreError.UploadLost, $"The unfinished file in {_paths.Root} was removed by somebody else.", e);
        }
        _completed = true;
        foreach (var folder in _paths.FoldersOf(_partial))
            DirectorySync.Run(folder);
        _mount.Note();
    }

    private async ValueTask GuardAsync(Func<ValueTask> action)
    {
        try
        {
            await action();
        }
        catch (Exception e) when (FolderErrors.IsFileSystem(e))
        {
            throw FolderErrors.Map(e, _paths.Root);
        }
    }
}
