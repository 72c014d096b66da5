using System.Security.Cryptography;
using BackupApp.Data;
using BackupApp.Destinations.S3;

namespace BackupApp.Destinations;

/// <summary>The steps of one test, with the object that they store.</summary>
internal sealed class DestinationTrial(IObjectStore store, DestinationTestTerms terms, LinkCheck links)
{
    /// <summary>Bytes: one part of a backup's smallest size and one byte of the next.</summary>
    public static readonly int Size = PartLimits.Default.Smallest + 1;

    // Of what is read back: across the seam of the parts, to the end.
    private static readonly int TailStart = Size - 1 - (64 * 1024);

    private static readonly TimeSpan CleanUpLimit = TimeSpan.FromSeconds(20);

    private readonly string _key = $".backupapp-test-{Guid.NewGuid():N}";
    private readonly byte[] _content = RandomNumberGenerator.GetBytes(Size);
    private ObjectInfo? _stored;
    private bool _touched;
    private long _sent;

    public DestinationTestStep Step { get; private set; } = DestinationTestStep.Upload;

    // "null" is what a bucket with suspended versioning answers.
    public bool KeepsVersions => _stored?.VersionId is not (null or "" or "null");

    public ObjectLock? Lock => _stored?.Lock;

    public bool CannotDelete { get; private set; }

    /// <summary>What stays in the bucket, as a sentence; null when nothing does.</summary>
    public string? LeftBehind { get; private set; }

    public async Task AllStepsAsync(CancellationToken cancellationToken)
    {
        Begin(DestinationTestStep.Upload);
        await UploadAsync(cancellationToken);
        Begin(DestinationTestStep.Read);
        await ReadAsync(cancellationToken);
        Begin(DestinationTestStep.Link);
        if (store.CreateDownloadLink(_key, _stored!.VersionId, "backupapp-test", "application/octet-stream", TimeSpan.FromMinutes(3)) is
            { } link)
            await links.RunAsync(link, _content, cancellationToken);
        Begin(DestinationTestStep.Delete);
        await DeleteAsync(cancellationToken);
    }

    /// <summary>Whatever the steps left: it has its own time, for the caller's may be used up.</summary>
    public async Task CleanUpAsync()
    {
        if (!_touched || CannotDelete)
            return;
        using var limit = new CancellationTokenSource(CleanUpLimit);
        try
        {
            foreach (var upload in await store.ListUploadsAsync(_key, limit.Token))
                await store.AbortUploadAsync(upload, limit.Token);
            if (await store.FindAsync(_key, limit.Token) is { } left)
                await store.DeleteAsync(_key, left.VersionId, limit.Token);
        }
        catch (Exception e) when (e is StoreException or OperationCanceledException)
        {
            // The result tells already what is wrong with this destination; what cannot be reached cannot be tidied.
            if (_stored is not null)
                LeftBehind = Left();
        }
    }

    private void Begin(DestinationTestStep step)
    {
        Step = step;
        Report(0);
    }

    private void Report(int taken) =>
        terms.Progress?.Invoke(new(Step, Math.Min(Size, Interlocked.Add(ref _sent, taken)), Size));

    private async Task UploadAsync(CancellationToken cancellationToken)
    {
        var options = new UploadOptions("application/gzip", Size, Sent: Report);
        await using var upload = await store.BeginUploadAsync(_key, options, cancellationToken);
        _touched = true;
        await upload.Body.WriteAsync(_content, cancellationToken);
        await upload.SealAsync(cancellationToken);
        _stored = await upload.CompleteAsync(cancellationToken);
        if (_stored.Size != Size)
            throw new StoreException(StoreError.StoreFailed, $"The destination holds {_stored.Size} bytes of {Size}.");
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        await using var body = await store.OpenReadAsync(_key, _stored!.VersionId, TailStart, cancellationToken);
        // One byte more than there should be tells as much as all that a strange store might send.
        var tail = new byte[Size - TailStart + 1];
        var read = await body.ReadAtLeastAsync(tail, tail.Length, throwOnEndOfStream: false, cancellationToken);
        if (!tail.AsSpan(0, read).SequenceEqual(_content.AsSpan(TailStart)))
            throw new StoreException(StoreError.StoreFailed, "The destination gave back other bytes than were stored.");
    }

    private async Task DeleteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await store.DeleteAsync(_key, _stored!.VersionId, cancellationToken);
            if (await store.FindAsync(_key, cancellationToken) is not null)
                throw new StoreException(
                    StoreError.AccessDenied, "The object is still there after it was deleted: the bucket may lock its objects.");
        }
        catch (StoreException e) when (e.IsRefusal)
        {
            LeftBehind = Left();
            if (!terms.AppendOnly)
                throw;
            CannotDelete = true;
            await Removals.HideAsync(store, _key, cancellationToken);
        }
    }

    private string Left()
    {
        var until = Lock?.Until is { } time ? $", locked until {UtcWords.Of(time)}" : "";
        return $"The test's object {_key} ({Size >> 20} MiB) stays in the bucket{until}.";
    }
}
