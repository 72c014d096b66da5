namespace BackupApp.Streams;

/// <summary>What every stage of the dump's stream has in common: it can be written to, from front to back, and nothing else.</summary>
public abstract class WriteOnlyStream : Stream
{
    public sealed override bool CanRead => false;

    public sealed override bool CanSeek => false;

    public sealed override bool CanWrite => true;

    public sealed override long Length => throw new NotSupportedException();

    public sealed override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public abstract override void Write(ReadOnlySpan<byte> buffer);

    /// <summary>
    /// Hands on what the stage holds back, and what makes its output whole. Call it only when the input is known to be complete.
    /// </summary>
    public virtual Task FinishAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public sealed override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public sealed override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public sealed override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public sealed override void SetLength(long value) => throw new NotSupportedException();
}
