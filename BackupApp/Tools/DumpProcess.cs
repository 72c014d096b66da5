namespace BackupApp.Tools;

/// <summary>One run of a tool that dumps or restores. Never run twice.</summary>
/// <param name="listener">Null where nobody listens while it runs.</param>
public sealed class DumpProcess(ToolCommand command, DumpLimits limits, TimeProvider time, IToolListener? listener = null)
{
    private static readonly TimeSpan SinkPatience = TimeSpan.FromSeconds(2);

    private readonly StderrTail _stderr = new(command.Secrets, listener);
    private PipePump? _pump;
    private int _started;

    /// <summary>The last lines of the tool's standard error, without secrets. Readable while it runs and afterwards.</summary>
    public string StderrTail => _stderr.ToString();

    /// <summary>Bytes of the tool's standard output so far. Readable while it runs and afterwards.</summary>
    public long BytesRead => _pump?.BytesRead ?? 0;

    /// <summary>Null until the tool has ended by itself; 128 + the signal's number when it was killed.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>Null until the tool runs. It leads a process group of this number.</summary>
    public int? ProcessId { get; private set; }

    /// <summary>
    /// Runs the tool and writes its output to <paramref name="sink"/>, synchronously and from one thread. Returns only when
    /// the tool exited with 0 and the sink took everything; the sink is neither flushed nor closed. On every other end the
    /// tool and its descendants are gone when this throws: the sink's exception as it was, or one of those below. After a
    /// stall or cancellation a sink that hangs may still be inside its Write; cancel or dispose it to release the thread.
    /// </summary>
    /// <exception cref="DumpFailedException">
    /// <c>tool_missing</c>, <c>dump_failed</c> (stage Dump) or <c>stalled</c> (stage Dump, or Store when the sink took nothing).
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<DumpExit> CopyToAsync(Stream sink, CancellationToken cancellationToken) => RunAsync(null, sink, cancellationToken);

    /// <summary>
    /// The same for a tool that reads: it gets all of <paramref name="source"/> as its standard input, whatever its length.
    /// </summary>
    /// <exception cref="IOException">
    /// And whatever else <paramref name="source"/> throws, as it was; the tool has been ended without seeing an end.
    /// </exception>
    public Task<DumpExit> FeedAsync(Stream source, Stream sink, CancellationToken cancellationToken) =>
        RunAsync(source, sink, cancellationToken);

    private async Task<DumpExit> RunAsync(Stream? source, Stream sink, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _started, 1) != 0)
            throw new InvalidOperationException("A dump process runs only once.");

        cancellationToken.ThrowIfCancellationRequested();
        var started = time.GetTimestamp();
        using var tool = ToolProcess.Start(command, limits.Priority ?? ToolPriority.Unchanged, time, isFed: source is not null);
        ProcessId = tool.Id;
        var pump = _pump = new PipePump(tool.Output, tool.Errors, sink, _stderr);
        pump.Start();
        using var stopFeeding = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var fed = source is null
            ? Task.CompletedTask
            : Task.Run(() => tool.Input.FeedAsync(source, stopFeeding.Token), CancellationToken.None);
        var finished = FinishedAsync(tool, pump, fed);
        try
        {
            await WatchAsync(finished, tool, pump, cancellationToken);
        }
        catch
        {
            await EndAsync(tool, pump, finished);
            await stopFeeding.CancelAsync();
            await fed.WaitAsync(SinkPatience, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        ExitCode = tool.ExitCode;
        if (tool.ExitCode != 0)
            throw DumpFailure.FromExit(command.Program, tool.ExitCode, _stderr.Lines, error => command.Words?.Advise(error));
        return new DumpExit(pump.BytesRead, time.GetElapsedTime(started));
    }

    private static async Task FinishedAsync(ToolProcess tool, PipePump pump, Task fed)
    {
        // A source or a sink that fails ends the wait at once; a tool that exits first leaves the rest of its output in the pipe.
        if (await Task.WhenAny(pump.Result, tool.Exited, fed) == fed)
            await fed;
        // A tool that has been given all is still at work.
        var first = await Task.WhenAny(pump.Result, tool.Exited);
        await first;
        await tool.Exited;
        pump.ToolExited();
        await pump.Result;
        await pump.Ended;
    }

    private async Task WatchAsync(Task finished, ToolProcess tool, PipePump pump, CancellationToken cancellationToken)
    {
        var tick = TimeSpan.FromTicks(Math.Clamp(limits.Stall.Ticks / 4, TimeSpan.TicksPerMillisecond, TimeSpan.TicksPerSecond));
        var moves = pump.Moves + tool.Input.Taken;
        var since = time.GetTimestamp();
        while (await Task.WhenAny(finished, Task.Delay(tick, time, cancellationToken)) != finished)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (pump.Moves + tool.Input.Taken != moves || listener?.MayBeSilent == true)
            {
                moves = pump.Moves + tool.Input.Taken;
                since = time.GetTimestamp();
            }
            else if (time.GetElapsedTime(since) >= limits.Stall)
                throw DumpFailure.Stalled(command.Program, limits.Stall, pump.IsInSink);
        }

        await finished;
    }

    private async Task EndAsync(ToolProcess tool, PipePump pump, Task finished)
    {
        pump.Discard();
        await tool.EndAsync(limits.Patience);
        pump.ToolExited();

        // What the tool said while it ended is worth having, but a sink that hangs is not worth waiting for.
        await Task.WhenAll(finished, pump.Ended)
            .WaitAsync(SinkPatience, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        pump.Stop();
    }
}
