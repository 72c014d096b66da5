using System.Collections.Concurrent;
using System.Threading.Channels;

namespace BackupApp.Backups.Streams;

/// <summary>
/// Gzip on several cores: blocks are compressed side by side and written to the sink in their order, as one standard gzip member
/// (RFC 1952) that every reader understands.
/// <para>
/// <see cref="Write(ReadOnlySpan{byte})"/> belongs to one thread and waits while too many blocks are under way, so memory stays the same
/// whatever the input's size: at most <c>2 × threads + 2</c> blocks of 2 MiB each (input and output). The first failure, of the sink, a compressor
/// or by cancellation, ends everything and is thrown as it was by the next write and by <see cref="FinishAsync"/>.
/// </para>
/// </summary>
public sealed class ParallelGzipStream : WriteOnlyStream
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(5);

    private readonly Stream _sink;
    private readonly int _level;
    private readonly bool _leaveOpen;
    private readonly SemaphoreSlim _slots;
    private readonly ConcurrentQueue<DeflateBlock> _spare = new();
    private readonly Channel<DeflateBlock> _toCompress = Channel.CreateUnbounded<DeflateBlock>(new() { SingleWriter = true });
    private readonly Channel<DeflateBlock> _inOrder = Channel.CreateUnbounded<DeflateBlock>(new() { SingleWriter = true, SingleReader = true });
    private readonly FirstFailure _failure = new();
    private readonly CancellationTokenRegistration _canceled;
    private readonly GzipFrame _frame = new();
    private readonly Task _writer;
    private readonly Task _ended;
    private DeflateBlock? _current;
    private bool _finishing;
    private int _disposed;

    /// <param name="sink">Takes the compressed bytes, from one asynchronous writer.</param>
    /// <param name="level">0 (stored) to 9; see <see cref="ZlibLevel"/>.</param>
    /// <param name="threads">How many blocks may be compressed at once, from 1. Two keep up with one pg_dump.</param>
    /// <param name="leaveOpen">Keep <paramref name="sink"/> open when this stream is disposed.</param>
    /// <param name="cancellationToken">Ends the stream for good, also a write that is waiting.</param>
    public ParallelGzipStream(Stream sink, int level, int threads, bool leaveOpen = true, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, 9);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);

        _sink = sink;
        _level = ZlibLevel(level);
        _leaveOpen = leaveOpen;
        _slots = new SemaphoreSlim((2 * threads) + 2);
        _canceled = _failure.SetWhenCanceled(cancellationToken);
        _writer = Task.Run(WriteInOrderAsync, CancellationToken.None);
        _ended = Task.WhenAll([_writer, .. Enumerable.Range(0, threads).Select(_ => Task.Run(CompressAsync, CancellationToken.None))]);
    }

    /// <summary>Threads for one dump on this machine: half its cores, one to four, which leaves the others to the tool and the server.</summary>
    public static int DefaultThreads => Math.Clamp(Environment.ProcessorCount / 2, 1, 4);

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_finishing)
            throw new InvalidOperationException("The gzip stream is already finished.");

        _failure.ThrowIfSet();
        while (!buffer.IsEmpty)
        {
            _current ??= NextBlock();
            buffer = buffer[_current.Fill(buffer)..];
            if (_current.IsFull)
                Submit(_current);
        }
    }

    /// <summary>Nothing to do: a flush in mid-stream would only cost compression, and <see cref="FinishAsync"/> sends everything.</summary>
    public override void Flush() => _failure.ThrowIfSet();

    /// <summary>
    /// Compresses and writes what is left, then the trailer that makes the file whole. Call it only when the input is known to be complete:
    /// without it every reader reports the file as cut off.
    /// </summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        _failure.ThrowIfSet();
        if (!_finishing)
        {
            if (_current is not null)
                Submit(_current);
            _finishing = true;
            _toCompress.Writer.Complete();
            _inOrder.Writer.Complete();
        }

        await using var canceled = _failure.SetWhenCanceled(cancellationToken);

        // Not the writer alone: a sink that ignores cancellation must not hold us.
        await _writer.WaitAsync(_failure.Stopped).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _failure.ThrowIfSet();
    }

    public override async ValueTask DisposeAsync()
    {
        if (BeginEnd())
        {
            await _ended.WaitAsync(EndLimit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!_leaveOpen)
                await _sink.DisposeAsync();
        }

        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && BeginEnd())
        {
            _ended.Wait(EndLimit);
            if (!_leaveOpen)
                _sink.Dispose();
        }

        if (disposing)
            _failure.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>
    /// zlib-ng, which .NET brings, finds less at level 9 than at 6 on database dumps (5.31 : 1 against 5.41 : 1) and takes twice as long; 8 is its
    /// smallest (5.55 : 1). So 9, "as small as possible", means 8.
    /// </summary>
    private static int ZlibLevel(int level) => Math.Min(level, 8);

    private DeflateBlock NextBlock()
    {
        try
        {
            _slots.Wait(_failure.Stopped);
        }
        catch (OperationCanceledException)
        {
            _failure.ThrowIfSet();
            throw;
        }

        return _spare.TryDequeue(out var block) ? block : new DeflateBlock();
    }

    private void Submit(DeflateBlock block)
    {
        _frame.Append(block.Input);
        _current = null;
        _toCompress.Writer.TryWrite(block);
        _inOrder.Writer.TryWrite(block);
    }

    private async Task CompressAsync()
    {
        try
        {
            await foreach (var block in _toCompress.Reader.ReadAllAsync(_failure.Stopped))
                block.Compress(_level);
        }
        catch (Exception e)
        {
            _failure.Set(e);
        }
    }

    private async Task WriteInOrderAsync()
    {
        try
        {
            await _sink.WriteAsync(GzipFrame.Header, _failure.Stopped);
            await foreach (var block in _inOrder.Reader.ReadAllAsync(_failure.Stopped))
            {
                await block.Compressed.WaitAsync(_failure.Stopped);
                await _sink.WriteAsync(block.Output, _failure.Stopped);
                block.Reset(); // Not after a failure: an abandoned write may still be reading.
                _spare.Enqueue(block);
                _slots.Release();
            }

            // Reached only after FinishAsync closed the channel: the one way to a trailer.
            _failure.Stopped.ThrowIfCancellationRequested();
            await _sink.WriteAsync(_frame.Trailer(), _failure.Stopped);
        }
        catch (Exception e)
        {
            _failure.Set(e);
        }
    }

    /// <summary>Stops all that is still under way. False when the stream was disposed before.</summary>
    private bool BeginEnd()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return false;

        _canceled.Dispose();
        if (!_writer.IsCompletedSuccessfully || !_finishing)
            _failure.Set(new ObjectDisposedException(nameof(ParallelGzipStream)));
        return true;
    }
}
