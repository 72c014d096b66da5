using System.Security.Cryptography;

namespace BackupApp.Streams;

/// <summary>
/// Reads an object and holds it against the SHA-256 and the size that were recorded when it was stored:
/// its end is given out only when both fit, so that nobody behind it takes damaged bytes for a whole.
/// </summary>
/// <param name="inner">The object from its first byte; closed with this stream.</param>
/// <param name="sha256">32 bytes.</param>
/// <param name="size">Bytes.</param>
public sealed class VerifiedStream(Stream inner, byte[] sha256, long size) : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _read;

    /// <summary>Bytes so far; readable from any thread.</summary>
    public long BytesRead => Interlocked.Read(ref _read);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => size;

    public override long Position { get => BytesRead; set => throw new NotSupportedException(); }

    /// <exception cref="InvalidDataException">At the end: the bytes are not those that were stored.</exception>
    public override int Read(Span<byte> buffer)
    {
        var count = inner.Read(buffer);
        Take(buffer[..count], buffer.Length);
        return count;
    }

    /// <exception cref="InvalidDataException">At the end: the bytes are not those that were stored.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await inner.ReadAsync(buffer, cancellationToken);
        Take(buffer.Span[..count], buffer.Length);
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }

    // A decompressor may stop at its own end mark: what is wrong must be told with the last byte, not with the read behind it.
    private void Take(ReadOnlySpan<byte> bytes, int wanted)
    {
        _hash.AppendData(bytes);
        var read = Interlocked.Add(ref _read, bytes.Length);
        if (read > size || (bytes.IsEmpty && wanted > 0 && read < size))
            throw new InvalidDataException($"The stored object has another size than was recorded ({size} bytes). It was cut or replaced.");
        if (read == size && !bytes.IsEmpty && !_hash.GetCurrentHash().AsSpan().SequenceEqual(sha256))
            throw new InvalidDataException(
                "The stored object is damaged: its SHA-256 is not the one that was recorded when it was stored.");
    }
}
