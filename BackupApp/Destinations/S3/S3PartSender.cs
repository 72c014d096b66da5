using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Amazon.S3.Model;
using BackupApp.Streams;

namespace BackupApp.Destinations.S3;

/// <summary>
/// Cuts the bytes into parts and sends several at a time, each retried by itself from its buffer. Memory is bounded by
/// <see cref="PartPlan.Memory"/>: a writer who is faster than the store waits.
/// </summary>
/// <param name="grow">Asked for so many bytes more than that, once parts have to grow; where it refuses they stay as they are.</param>
/// <param name="sent">Told whenever the connection took so many bytes.</param>
internal sealed class S3PartSender(
    S3Bucket bucket, OpenUpload upload, PartPlan plan, SharedBuffers buffers, Func<long, bool>? grow = null, Action<int>? sent = null)
    : IAsyncDisposable
{
    private readonly ConcurrentDictionary<int, string> _etags = new();
    private readonly SemaphoreSlim _places = new(plan.Buffers);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _inFlight = [];
    private ExceptionDispatchInfo? _failure;
    private byte[]? _current;
    private int _filled;
    private int _number = 1;
    private long _memory = plan.Memory;

    /// <summary>Bytes taken from the writer.</summary>
    public long Length { get; private set; }

    public List<PartETag> Parts => [.. _etags.OrderBy(part => part.Key).Select(part => new PartETag(part.Key, part.Value))];

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        while (!data.IsEmpty)
        {
            _failure?.Throw();
            _current ??= await RentAsync(cancellationToken);
            var taken = Math.Min(data.Length, _current.Length - _filled);
            data.Span[..taken].CopyTo(_current.AsSpan(_filled));
            data = data[taken..];
            _filled += taken;
            Length += taken;
            if (_filled == _current.Length)
                Send();
        }
    }

    /// <summary>Sends the rest and waits for every part. An empty body is one empty part: an upload needs one.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        if (_number == 1)
            _current ??= [];
        if (_current is not null)
            Send();
        await Task.WhenAll(_inFlight).WaitAsync(cancellationToken);
        _failure?.Throw();
    }

    /// <summary>Ends the parts in flight and returns when none is left.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_inFlight);
        if (_current is { Length: > 0 } unsent)
            buffers.Return(unsent);
        _current = null;
        _stop.Dispose();
        _places.Dispose();
    }

    private async Task<byte[]> RentAsync(CancellationToken cancellationToken)
    {
        var size = NextSize();
        var wanted = plan.PlacesOf(size);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stop.Token);
        var taken = 0;
        try
        {
            for (; taken < wanted; taken++)
                await _places.WaitAsync(either.Token);
            return buffers.Rent(size);
        }
        catch (OperationCanceledException)
        {
            if (taken > 0)
                _places.Release(taken);
            cancellationToken.ThrowIfCancellationRequested();
            _failure?.Throw();
            throw;
        }
    }

    private int NextSize()
    {
        var size = plan.SizeOf(_number);
        if (size > _memory && grow?.Invoke(size - _memory) != false)
            _memory = size;
        return (int)Math.Min(size, _memory);
    }

    private void Send()
    {
        var (number, buffer, count) = (_number++, _current!, _filled);
        (_current, _filled) = (null, 0);
        _inFlight.RemoveAll(task => task.IsCompleted);
        // Off the writer's thread: over plain http the SDK hashes the whole part before it sends the first byte.
        _inFlight.Add(Task.Run(() => SendAsync(number, buffer, count), CancellationToken.None));
    }

    private async Task SendAsync(int number, byte[] buffer, int count)
    {
        try
        {
            _etags[number] = await bucket.Calls.PartAsync(attempt => SendOnceAsync(number, buffer, count, attempt), _stop.Token);
        }
        catch (Exception exception)
        {
            // The first failure is the cause; the others are its consequences.
            if (!_stop.IsCancellationRequested)
                Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
            await _stop.CancelAsync();
        }
        finally
        {
            if (buffer.Length > 0)
            {
                buffers.Return(buffer);
                _places.Release(plan.PlacesOf(buffer.Length));
            }
        }
    }

    private async Task<string> SendOnceAsync(int number, byte[] buffer, int count, CancellationTokenSource attempt)
    {
        await using var content = new WatchedPart(buffer, count, taken =>
        {
            attempt.CancelAfter(bucket.Timings.Stall);
            sent?.Invoke(taken);
        });
        var answer = await bucket.Client.UploadPartAsync(
            new UploadPartRequest
            {
                BucketName = bucket.Name,
                Key = bucket.FullKey(upload.Key),
                UploadId = upload.Id,
                PartNumber = number,
                InputStream = content,
                PartSize = count,
                DisablePayloadSigning = bucket.IsTls,
                UseChunkEncoding = false,
                MD5Digest = bucket.Md5Of(buffer.AsSpan(0, count)),
            },
            attempt.Token);
        return answer.ETag is { Length: > 0 } etag ? etag : throw new StoreException(StoreError.InvalidConfiguration, bucket.Errors.NotS3);
    }
}
