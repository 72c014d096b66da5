using Amazon.S3.Model;
using BackupApp.Streams;

namespace BackupApp.Destinations.S3;

/// <summary>
/// An object as it arrives. A connection that tears or hangs is replaced by another one that goes on at the next byte, so that reading for
/// hours survives what a network does in hours. What fails for good is a <see cref="StoreException"/>.
/// </summary>
internal sealed class S3ReadStream : ReadOnlyStream
{
    /// <summary>Connections that may be lost one after another before reading fails.</summary>
    private const int MostTries = 5;

    // Bytes after which lost connections are forgotten: a store that hangs up after every few must not keep its reader for ever.
    private const int EnoughProgress = 1024 * 1024;

    // One byte a minute is a stall too.
    private const int BytesPerStall = 64 * 1024;

    private readonly S3Reader _reader;
    private readonly string _key;
    private readonly string? _versionId;
    private readonly string? _etag;
    private readonly long _end;
    private GetObjectResponse? _answer;
    private long _position;
    private long _forgottenAt;
    private int _lost;
    private TimeSpan _waited;
    private long _waitedFrom;

    /// <param name="answer">From byte <paramref name="offset"/> on.</param>
    public S3ReadStream(S3Reader reader, string key, string? versionId, long offset, GetObjectResponse answer)
    {
        _reader = reader;
        _key = key;
        _versionId = versionId;
        _etag = answer.ETag;
        _answer = answer;
        _position = _forgottenAt = _waitedFrom = offset;
        _end = offset + S3Reader.LengthOf(answer);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position == _end || buffer.IsEmpty)
            return 0;
        while (true)
        {
            try
            {
                _answer ??= await _reader.AskAsync(_key, _versionId, _position, _etag, cancellationToken)
                    ?? throw new EndOfStreamException();
                return Advance(await ReadOnceAsync(_answer, buffer, cancellationToken));
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                if (++_lost > MostTries || !S3Failures.IsTransient(exception))
                    throw _reader.Errors.Map(exception);
            }
            _answer?.Dispose();
            _answer = null;
            _waited = TimeSpan.Zero;
            await Task.Delay(_reader.Timings.FirstPause * _lost, cancellationToken);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _answer?.Dispose();
        base.Dispose(disposing);
    }

    private async Task<int> ReadOnceAsync(GetObjectResponse answer, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var left = _reader.Timings.Stall - _waited;
        deadline.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        var started = _reader.Time.GetTimestamp();
        // A store may send more than it said, which the HTTP client cuts off, or less, which some proxies pass on as a good end.
        var read = await answer.ResponseStream.ReadAsync(buffer[..(int)Math.Min(buffer.Length, _end - _position)], deadline.Token);
        _waited += _reader.Time.GetElapsedTime(started);
        return read > 0 ? read : throw new EndOfStreamException();
    }

    private int Advance(int read)
    {
        _position += read;
        if (_position - _waitedFrom >= BytesPerStall)
        {
            _waited = TimeSpan.Zero;
            _waitedFrom = _position;
        }
        if (_position - _forgottenAt >= EnoughProgress)
        {
            _lost = 0;
            _forgottenAt = _position;
        }
        return read;
    }
}
