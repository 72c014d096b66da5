using System.Runtime.ExceptionServices;
using BackupApp.Inventories;

namespace BackupApp.Engines.Postgres.Restores;

/// <summary>
/// The dump on its way into the tool. A tool that has all that it wants may leave the rest unread; what was stored is whole only
/// when its last byte has come, so the rest is read afterwards, by somebody else than the one who fed the tool.
/// </summary>
/// <param name="reader">Counts what passes; null where it is known.</param>
internal sealed class RestoredSource(Stream inner, IArchiveReader? reader) : Stream
{
    private const int PieceSize = 256 * 1024;

    private readonly SemaphoreSlim _turn = new(1);
    private bool _isDetached;
    private ExceptionDispatchInfo? _fault;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return _isDetached ? 0 : await ReadInnerAsync(buffer, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Reads what the tool left, to the last byte. The feeder, should it still be there, gets an end.</summary>
    /// <exception cref="IOException">And whatever else the dump's stream throws when it is not what was stored.</exception>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            _isDetached = true;
            var rest = new byte[PieceSize];
            while (await ReadInnerAsync(rest, cancellationToken) > 0)
                continue;
        }
        finally
        {
            _turn.Release();
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    // What went wrong once is told to each who comes: the tool may have ended before the feeder could say it.
    private async ValueTask<int> ReadInnerAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        _fault?.Throw();
        try
        {
            var count = await inner.ReadAsync(buffer, cancellationToken);
            reader?.Write(buffer.Span[..count]);
            return count;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _fault = ExceptionDispatchInfo.Capture(e);
            throw;
        }
    }
}
