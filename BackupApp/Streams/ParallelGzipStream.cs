using System.Threading.Channels;

namespace BackupApp.Streams;

/// <summary>
/// Gzip on several cores: blocks are compressed side by side and written to the sink in their order, as one standard gzip member
/// (RFC 1952) that every reader understands.
/// </summary>
public sealed class ParallelGzipStream : BlockStream
{
    private readonly int _level;
    private readonly Channel<DeflateBlock> _toCompress = Channel.CreateUnbounded<DeflateBlock>(new() { SingleWriter = true });
    private readonly GzipFrame _frame = new();

    /// <param name="sink">Takes the compressed bytes, from one asynchronous writer.</param>
    /// <param name="level">0 (stored) to 9; see <see cref="Deflater"/>.</param>
    /// <param name="threads">How many blocks may be compressed at once, from 1. Two keep up with one pg_dump.</param>
    /// <param name="leaveOpen">Keep <paramref name="sink"/> open when this stream is disposed.</param>
    /// <param name="cancellationToken">Ends the stream for good, also a write that is waiting.</param>
    public ParallelGzipStream(Stream sink, int level, int threads, bool leaveOpen = true, CancellationToken cancellationToken = default)
        : base(sink, Blocks(Check(level, threads)), GzipFrame.Header, leaveOpen, cancellationToken)
    {
        _level = level;
        EndWith(Enumerable.Range(0, threads).Select(_ => Task.Run(CompressAsync, CancellationToken.None)).ToList());
    }

    /// <summary>
    /// Bytes that a stream with so many threads holds at most: its blocks, each an input and an output, and what each thread works in.
    /// </summary>
    public static long MemoryOf(int threads) => DeflateBlock.BufferSize * ((2L * Blocks(threads)) + threads);

    private protected override void Submit(DeflateBlock block)
    {
        _frame.Append(block.Input);
        _toCompress.Writer.TryWrite(block);
    }

    private protected override void OnInputEnded() => _toCompress.Writer.Complete();

    private protected override ReadOnlyMemory<byte> Trailer() => _frame.Trailer();

    // Each thread has one at work and one waiting, so that none is idle; one is being filled and one written.
    private static int Blocks(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        return (2 * threads) + 2;
    }

    // Before the base class starts anything.
    private static int Check(int level, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, 9);
        return threads;
    }

    private async Task CompressAsync()
    {
        try
        {
            using var deflater = _level == 0 ? null : Deflater.Create(_level);
            await foreach (var block in _toCompress.Reader.ReadAllAsync(Failure.Stopped))
                block.Compress(deflater);
        }
        catch (Exception e)
        {
            Failure.Set(e);
        }
    }
}
