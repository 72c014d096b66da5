using System.Collections.Concurrent;
using System.Threading.Channels;

namespace BackupApp.Streams;

/// <summary>
/// Takes bytes from one synchronous thread, works on them in blocks and writes these to the sink in their order, from a task of its own.
/// <para>
/// <see cref="Write(ReadOnlySpan{byte})"/> waits while too many blocks are under way, so memory stays the same whatever the input's
/// size. The first failure, of the sink, of the work on a block or by cancellation, ends everything and is thrown as it was by the next
/// write and by <see cref="FinishAsync"/>.
/// </para>
/// </summary>
public abstract class BlockStream : WriteOnlyStream
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(5);

    private readonly Stream _sink;
    private readonly bool _leaveOpen;
    private readonly SemaphoreSlim _slots;
    private readonly ConcurrentQueue<DeflateBlock> _spare = new();
    private readonly ConcurrentBag<DeflateBlock> _blocks = [];
    private readonly Channel<DeflateBlock> _inOrder = Channel.CreateUnbounded<DeflateBlock>(
        new() { SingleWriter = true, SingleReader = true });
    private readonly FirstFailure _failure = new();
    private readonly CancellationTokenRegistration _canceled;
    private readonly ReadOnlyMemory<byte> _header;
    private readonly Task _writer;
    private Task _ended;
    private DeflateBlock? _current;
    private bool _finishing;
    private int _disposed;

    private protected BlockStream(Stream sink, int blocks, ReadOnlyMemory<byte> header, bool leaveOpen, CancellationToken cancellationToken)
    {
        _sink = sink;
        _header = header;
        _leaveOpen = leaveOpen;
        _slots = new SemaphoreSlim(blocks);
        _canceled = _failure.SetWhenCanceled(cancellationToken);
        _ended = _writer = Task.Run(WriteInOrderAsync, CancellationToken.None);
    }

    private protected FirstFailure Failure => _failure;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_finishing)
            throw new InvalidOperationException("The stream is already finished.");

        _failure.ThrowIfSet();
        while (!buffer.IsEmpty)
        {
            _current ??= NextBlock();
            buffer = buffer[_current.Fill(buffer)..];
            if (_current.IsFull)
                Send(_current);
        }
    }

    /// <summary>Nothing to do: a flush in mid-stream would only cost compression, and <see cref="FinishAsync"/> sends everything.</summary>
    public override void Flush() => _failure.ThrowIfSet();

    public override async Task FinishAsync(CancellationToken cancellationToken)
    {
        _failure.ThrowIfSet();
        if (!_finishing)
        {
            if (_current is not null)
                Send(_current);
            _finishing = true;
            _inOrder.Writer.Complete();
            OnInputEnded();
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
            GiveBack();
            if (!_leaveOpen)
                await _sink.DisposeAsync();
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && BeginEnd())
        {
            _ended.Wait(EndLimit);
            GiveBack();
            if (!_leaveOpen)
                _sink.Dispose();
        }

        if (disposing)
            _failure.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Tasks of the derived stream that end when it ends.</summary>
    private protected void EndWith(IEnumerable<Task> tasks) => _ended = Task.WhenAll([_writer, .. tasks]);

    /// <summary>Called by the writing thread for each block; <see cref="DeflateBlock.Ready"/> has to complete some time.</summary>
    private protected abstract void Submit(DeflateBlock block);

    /// <summary>No further block comes.</summary>
    private protected virtual void OnInputEnded()
    {
    }

    /// <summary>Written last.</summary>
    private protected virtual ReadOnlyMemory<byte> Trailer() => default;

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

        if (_spare.TryDequeue(out var spare))
            return spare;
        var block = new DeflateBlock();
        _blocks.Add(block);
        return block;
    }

    private void Send(DeflateBlock block)
    {
        _current = null;
        Submit(block);
        _inOrder.Writer.TryWrite(block);
    }

    private async Task WriteInOrderAsync()
    {
        try
        {
            if (!_header.IsEmpty)
                await _sink.WriteAsync(_header, _failure.Stopped);
            await foreach (var block in _inOrder.Reader.ReadAllAsync(_failure.Stopped))
            {
                await block.Ready.WaitAsync(_failure.Stopped);
                await _sink.WriteAsync(block.Output, _failure.Stopped);
                block.Reset(); // Not after a failure: an abandoned write may still be reading.
                _spare.Enqueue(block);
                _slots.Release();
            }

            // Reached only after FinishAsync closed the channel: the one way to a trailer.
            _failure.Stopped.ThrowIfCancellationRequested();
            if (Trailer() is { IsEmpty: false } trailer)
                await _sink.WriteAsync(trailer, _failure.Stopped);
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
            _failure.Set(new ObjectDisposedException(GetType().Name));
        return true;
    }

    // Spare blocks are nobody's; one that is still under way may be read by whoever was left behind, and is not given to anybody else.
    private void GiveBack()
    {
        while (_spare.TryDequeue(out var block))
            block.Release();
        while (_blocks.TryTake(out var block))
            block.Abandon();
    }
}
