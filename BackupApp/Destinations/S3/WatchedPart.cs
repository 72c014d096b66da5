namespace BackupApp.Destinations.S3;

/// <summary>The bytes of one part, telling whenever some are taken: a part that flows slowly is not a part that hangs.</summary>
internal sealed class WatchedPart : MemoryStream
{
    private readonly byte[] _part;
    private readonly int _count;
    private readonly Action<int> _onRead;

    public WatchedPart(byte[] part, int count, Action<int> onRead)
        : base(part, 0, count, writable: false)
    {
        _part = part;
        _count = count;
        _onRead = onRead;
    }

    public override int Read(Span<byte> buffer)
    {
        // The buffer goes to another part once this one has ended; a request that lingers must not read on.
        ObjectDisposedException.ThrowIf(!CanRead, this);
        var taken = Math.Min(buffer.Length, _count - (int)Position);
        if (taken <= 0)
            return 0;
        _part.AsSpan((int)Position, taken).CopyTo(buffer);
        Position += taken;
        _onRead(taken);
        return taken;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new ValueTask<int>(Read(buffer.Span));
    }

    // The base class would hand over everything in one piece, unwatched.
    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        var piece = new byte[64 * 1024];
        for (int taken; (taken = Read(piece.AsSpan())) > 0;)
            await destination.WriteAsync(piece.AsMemory(0, taken), cancellationToken);
    }
}
