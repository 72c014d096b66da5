using System.Security.Cryptography;

namespace BackupApp.Streams;

/// <summary>
/// Passes writes through and measures them: the bytes so far, readable from any thread while the writer is at work, and on request
/// their SHA-256. Only what <paramref name="inner"/> took without an exception is counted.
/// </summary>
/// <param name="inner">Where the bytes go.</param>
/// <param name="hash">False where only the count is wanted: SHA-256 costs about half a second a gigabyte.</param>
/// <param name="leaveOpen">Keep <paramref name="inner"/> open when this stream is disposed.</param>
public sealed class MeasuredStream(Stream inner, bool hash = true, bool leaveOpen = true) : WriteOnlyStream
{
    private readonly IncrementalHash? _sha256 = hash ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
    private long _bytesWritten;

    public long BytesWritten => Interlocked.Read(ref _bytesWritten);

    /// <summary>SHA-256 (32 bytes) of everything written so far. Call it when no write is running.</summary>
    /// <exception cref="InvalidOperationException">The stream was made without a hash.</exception>
    public byte[] GetHash() => (_sha256 ?? throw new InvalidOperationException("This stream was made without a hash.")).GetCurrentHash();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        inner.Write(buffer);
        Measure(buffer);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await inner.WriteAsync(buffer, cancellationToken);
        Measure(buffer.Span);
    }

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        if (!leaveOpen)
            await inner.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _sha256?.Dispose();
            if (!leaveOpen)
                inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Measure(ReadOnlySpan<byte> written)
    {
        _sha256?.AppendData(written);
        Interlocked.Add(ref _bytesWritten, written.Length);
    }
}
