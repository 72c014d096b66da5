namespace BackupApp.Destinations.S3;

/// <summary>One multipart upload, from its first byte to the completed object or to nothing.</summary>
internal sealed class S3Upload : IObjectUpload
{
    private readonly S3Bucket _bucket;
    private readonly S3PartSender _sender;
    private readonly ILogger _logger;
    private UploadStage _stage = UploadStage.Open;

    public S3Upload(S3Bucket bucket, OpenUpload upload, S3PartSender sender, ILogger logger)
    {
        (_bucket, Upload, _sender, _logger) = (bucket, upload, sender, logger);
        Body = new UploadBody(WriteAsync, () => sender.Length);
    }

    private enum UploadStage
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
        if (_stage == UploadStage.Sealed)
            return;
        Expect(UploadStage.Open);
        await ExplainAsync(() => _sender.FinishAsync(cancellationToken), cancellationToken);
        _stage = UploadStage.Sealed;
    }

    public async Task<ObjectInfo> CompleteAsync(CancellationToken cancellationToken)
    {
        Expect(UploadStage.Sealed);
        _stage = UploadStage.Completing;
        var stored = await new S3Completion(_bucket, Upload, _sender).RunAsync(cancellationToken);
        _stage = UploadStage.Completed;
        return stored;
    }

    public async ValueTask DisposeAsync()
    {
        var left = _stage;
        if (left == UploadStage.Disposed)
            return;
        _stage = UploadStage.Disposed;
        await _sender.DisposeAsync();
        if (left == UploadStage.Completed)
            return;
        using var deadline = new CancellationTokenSource(_bucket.Timings.Abort);
        try
        {
            await new S3Abort(_bucket).RunAsync(Upload, deadline.Token);
        }
        catch (Exception exception) when (exception is StoreException or OperationCanceledException)
        {
            // Thrown from here it would hide why the upload is being given up. The reaper tries again.
            StoreLog.LeftBehind(_logger, exception, Upload.Key);
        }
    }

    private ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        Expect(UploadStage.Open);
        return new ValueTask(ExplainAsync(() => _sender.WriteAsync(data, cancellationToken).AsTask(), cancellationToken));
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

    private void Expect(UploadStage stage)
    {
        ObjectDisposedException.ThrowIf(_stage == UploadStage.Disposed, this);
        if (_stage != stage)
            throw new InvalidOperationException($"The upload is {_stage}, not {stage}.");
    }
}
