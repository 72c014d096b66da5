using System.IO.Pipes;
using System.Runtime.InteropServices;
using BackupApp.Streams;

namespace BackupApp.Tools;

/// <summary>
/// Carries a tool's standard output into the sink and its standard error into the tail, on one thread of its own: blocking reads of large
/// pieces cost a third of what asynchronous ones do. It polls before it reads, so it never hangs on a pipe that some descendant keeps open.
/// </summary>
internal sealed class PipePump(Stream output, Stream errors, Stream sink, StderrTail tail)
{
    private const int ReadSize = 256 * 1024;
    private const int PipeSize = 1024 * 1024;
    private static readonly TimeSpan PollTime = TimeSpan.FromMilliseconds(200);

    private readonly TaskCompletionSource _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _moves;
    private long _bytesRead;
    private volatile bool _inSink;
    private volatile bool _toolExited;
    private volatile bool _discarding;
    private volatile bool _stopping;

    /// <summary>Bytes of standard output so far.</summary>
    public long BytesRead => Interlocked.Read(ref _bytesRead);

    /// <summary>Grows with every piece read from the tool and every piece the sink took.</summary>
    public long Moves => Interlocked.Read(ref _moves);

    /// <summary>The thread is in the sink's Write at this moment.</summary>
    public bool IsInSink => _inSink;

    /// <summary>Completes when all output is in the sink, or fails with the sink's own exception.</summary>
    public Task Result => _result.Task;

    /// <summary>Completes when the thread has ended and the pipes are closed.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    public void Start() =>
        Ended = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>
    /// From now on an empty pipe is a finished one: the tool's own bytes are all in it, and only a descendant can be keeping it open.
    /// </summary>
    public void ToolExited() => _toolExited = true;

    /// <summary>Keeps the pipes empty, so that the tool can end in good order, but writes nothing more.</summary>
    public void Discard() => _discarding = true;

    /// <summary>Ends the thread as soon as it is not inside the sink.</summary>
    public void Stop() => _stopping = true;

    private void Run()
    {
        try
        {
            using (output)
            using (errors)
                Pump();
            tail.Complete();
            _result.TrySetResult();
        }
        catch (Exception e)
        {
            _result.TrySetException(e);
        }
    }

    private void Pump()
    {
        var buffer = SharedBuffers.Shared.Rent(ReadSize);
        try
        {
            Pump(buffer);
        }
        finally
        {
            SharedBuffers.Shared.Return(buffer);
        }
    }

    private void Pump(byte[] buffer)
    {
        Posix.TryGrowPipe(Handle(output), PipeSize);
        PollDescriptor[] pipes = [Descriptor(output), Descriptor(errors)];
        while (!_stopping && (pipes[0].IsOpen || pipes[1].IsOpen))
        {
            var exited = _toolExited;
            if (!Posix.Poll(pipes, PollTime))
            {
                if (exited)
                    return;
                continue;
            }

            if (pipes[1].IsReady && !PumpErrors(buffer))
                pipes[1].Close();
            if (pipes[0].IsReady && !PumpOutput(buffer))
                pipes[0].Close();
        }
    }

    private bool PumpErrors(byte[] buffer)
    {
        var count = errors.Read(buffer);
        tail.Append(buffer.AsSpan(0, count));
        return count > 0;
    }

    private bool PumpOutput(byte[] buffer)
    {
        var count = output.Read(buffer);
        Interlocked.Add(ref _bytesRead, count);
        Interlocked.Increment(ref _moves);
        if (count > 0 && !_discarding)
            WriteToSink(buffer.AsSpan(0, count));
        return count > 0;
    }

    private void WriteToSink(ReadOnlySpan<byte> bytes)
    {
        _inSink = true;
        try
        {
            sink.Write(bytes);
            Interlocked.Increment(ref _moves);
        }
        catch (Exception e)
        {
            // The tool is still writing: go on emptying its pipe until it has been ended properly.
            _discarding = true;
            _result.TrySetException(e);
        }
        finally
        {
            _inSink = false;
        }
    }

    // Only this thread closes the pipes, so a descriptor cannot become another file's while it is polled.
    private static PollDescriptor Descriptor(Stream pipe) => new((int)Handle(pipe).DangerousGetHandle());

    private static SafeHandle Handle(Stream pipe) => pipe switch
    {
        PipeStream p => p.SafePipeHandle,
        FileStream f => f.SafeFileHandle,
        _ => throw new NotSupportedException($"A process's pipe is a {pipe.GetType().Name}, which has no descriptor."),
    };
}
