using Amazon.S3.Model;

namespace BackupApp.Destinations.S3;

/// <summary>One multipart upload, from its first byte to the completed object or to nothing.</summary>
internal sealed class S3Upload : IObjectUpload
{
    private readonly S3Bucket _bucket;
    private readonly S3PartSender _sender;
    private readonly ILogger _logger;
    private Stage _stage = Stage.Open;

    public S3Upload(S3Bucket bucket, OpenUpload upload, S3PartSender sender, ILogger logger)
    {
        (_bucket, Upload, _sender, _logger) = (bucket, upload, sender, logger);
        Body = new UploadBody(WriteAsync, () => sender.Length);
    }

    private enum Stage
    {
        Open,
        Sealed,
        Completing,
        Completed,
        Disposed,
    }

    public OpenUpload Upload { get; }

    public Stream Body { get; }

    public async Task SealAsync(CancellationToken cancellationToken)
    {
        if (_stage == Stage.Sealed)
            return;
        Expect(Stage.Open);
        await ExplainAsync(() => _sender.FinishAsync(cancellationToken), cancellationToken);
        _stage = Stage.Sealed;
    }

    public async Task<ObjectInfo> CompleteAsync(CancellationToken cancellationToken)
    {
        Expect(Stage.Sealed);
        _stage = Stage.Completing;
        var stored = await AskToCompleteAsync(cancellationToken) is { } answer
            ? await ConfirmAsync(answer, cancellationToken)
            : await FindCompletedAsync(cancellationToken);
        _stage = Stage.Completed;
        return stored;
    }

    public async ValueTask DisposeAsync()
    {
        var left = _stage;
        if (left == Stage.Disposed)
            return;
        _stage = Stage.Disposed;
        await _sender.DisposeAsync();
        if (left == Stage.Completed)
            return;
        using var deadline = new CancellationTokenSource(_bucket.Timings.Abort);
        try
        {
            await _bucket.AbortAsync(Upload, deadline.Token);
        }
        catch (Exception exception) when (exception is StoreException or OperationCanceledException)
        {
            // Thrown from here it would hide why the upload is being given up. The reaper tries again.
            StoreLog.LeftBehind(_logger, exception, Upload.Key);
        }
    }

    private ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        Expect(Stage.Open);
        return new ValueTask(ExplainAsync(() => _sender.WriteAsync(data, cancellationToken).AsTask(), cancellationToken));
    }

    /// <returns>Null when the answer was lost or says that the upload is gone: it may have been completed already.</returns>
    private async Task<CompleteMultipartUploadResponse?> AskToCompleteAsync(CancellationToken cancellationToken)
    {
        var request = new CompleteMultipartUploadRequest
        {
            BucketName = _bucket.Name,
            Key = _bucket.FullKey(Upload.Key),
            UploadId = Upload.Id,
            PartETags = _sender.Parts,
        };
        try
        {
            return await _bucket.Calls.CompleteAsync(ct => _bucket.Client.CompleteMultipartUploadAsync(request, ct), cancellationToken);
        }
        catch (StoreException e)
            when (e.Error is StoreError.UploadLost or StoreError.Timeout or StoreError.Unreachable or StoreError.StoreFailed)
        {
            var found = await _bucket.FindAsync(Upload.Key, cancellationToken);
            if (found?.Size == _sender.Length)
                return null;
            throw;
        }
    }

    private async Task<ObjectInfo> FindCompletedAsync(CancellationToken cancellationToken) =>
        await _bucket.FindAsync(Upload.Key, cancellationToken)
        ?? throw new StoreException(StoreError.ObjectNotFound, $"The completed object disappeared from the bucket '{_bucket.Name}'.");

    private async Task<ObjectInfo> ConfirmAsync(CompleteMultipartUploadResponse answer, CancellationToken cancellationToken)
    {
        ObjectInfo? found;
        try
        {
            found = await _bucket.FindAsync(Upload.Key, cancellationToken);
        }
        catch (StoreException e) when (e.Error != StoreError.BucketNotFound && !string.IsNullOrEmpty(answer.ETag))
        {
            // The store said that it has the object. That it cannot be asked again now is no reason to throw away hours of work.
            return new ObjectInfo(Upload.Key, _sender.Length, answer.VersionId, ModifiedAt: null);
        }
        if (found?.Size == _sender.Length)
            return found with { VersionId = answer.VersionId ?? found.VersionId };
        throw new StoreException(StoreError.StoreFailed,
            $"{_bucket.Settings.Place} confirmed {_sender.Length} bytes but holds {found?.Size ?? 0}: "
            + "do not trust this store with backups.");
    }

    // A bucket that was deleted takes its uploads with it; some stores then only say that the upload, or something, is not there.
    private async Task ExplainAsync(Func<Task> action, CancellationToken cancellationToken)
    {
        try
        {
            await action();
        }
        catch (StoreException e) when (e.Error is StoreError.UploadLost or StoreError.ObjectNotFound)
        {
            await _bucket.CheckExistsAsync(cancellationToken);
            throw new StoreException(StoreError.UploadLost, _bucket.Errors.UploadLost, e);
        }
    }

    private void Expect(Stage stage)
    {
        ObjectDisposedException.ThrowIf(_stage == Stage.Disposed, this);
        if (_stage != stage)
            throw new InvalidOperationException($"The upload is {_stage}, not {stage}.");
    }
}
