using System.Threading.Channels;

namespace BackupApp.Backups.Streams;

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
    /// <param name="level">0 (stored) to 9; see <see cref="ZlibLevel"/>.</param>
    /// <param name="threads">How many blocks may be compressed at once, from 1. Two keep up with one pg_dump.</param>
    /// <param name="leaveOpen">Keep <paramref name="sink"/> open when this stream is disposed.</param>
    /// <param name="cancellationToken">Ends the stream for good, also a write that is waiting.</param>
    public ParallelGzipStream(Stream sink, int level, int threads, bool leaveOpen = true, CancellationToken cancellationToken = default)
        : base(sink, Blocks(Check(level, threads)), GzipFrame.Header, leaveOpen, cancellationToken)
    {
        _level = ZlibLevel(level);
        EndWith(Enumerable.Range(0, threads).Select(_ => Task.Run(CompressAsync, CancellationToken.None)).ToList());
    }

    /// <summary>Bytes that a stream with so many threads holds at most: its blocks, each an input and an output.</summary>
    public static long MemoryOf(int threads) => 2L * DeflateBlock.BufferSize * Blocks(threads);

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

    /// <summary>
    /// zlib-ng, which .NET brings, finds less at level 9 than at 6 on database dumps (5.31 : 1 against 5.41 : 1) and takes twice as long; 8 is its
    /// smallest (5.55 : 1). So 9, "as small as possible", means 8.
    /// </summary>
    private static int ZlibLevel(int level) => Math.Min(level, 8);

    private async Task CompressAsync()
    {
        try
        {
            await foreach (var block in _toCompress.Reader.ReadAllAsync(Failure.Stopped))
                block.Compress(_level);
        }
        catch (Exception e)
        {
            Failure.Set(e);
        }
    }
}
