namespace BackupApp.Streams;

/// <summary>
/// The memory that the backups of this process share for parts and blocks. A run asks once, before
/// its tool and its upload begin, and holds what it got until its end, so two runs can never wait for
/// one another. Who comes first is served first: a large one is not passed by small ones for ever.
/// </summary>
public sealed class MemoryBudget(long bytes)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Waiter> _waiting = new();
    private long _used;

    /// <summary>All there is.</summary>
    public long Bytes => bytes;

    public long UsedBytes
    {
        get
        {
            lock (_lock)
                return _used;
        }
    }

    /// <summary>Waits until there is room. Dispose what it returns to give the memory back.</summary>
    /// <param name="wanted">Bytes; more than there is in all is cut to that, and then has it alone.</param>
    /// <param name="onWait">Called with true when it has to wait, and with false when that is over.</param>
    /// <exception cref="OperationCanceledException"/>
    public async Task<MemoryShare> ReserveAsync(long wanted, Action<bool> onWait, CancellationToken cancellationToken)
    {
        var share = new MemoryShare(this, Math.Min(wanted, bytes));
        var waiter = Enqueue(share.Bytes);
        if (waiter is null)
            return share;

        onWait(true);
        try
        {
            await using var canceled = cancellationToken.UnsafeRegister(_ => waiter.Granted.TrySetCanceled(cancellationToken), null);
            await waiter.Granted.Task;
            return share;
        }
        catch (OperationCanceledException)
        {
            Leave(waiter);
            throw;
        }
        finally
        {
            onWait(false);
        }
    }

    /// <summary>Takes more without waiting, since two runs that wait while they hold something might wait for each other.</summary>
    internal bool TryTake(long more)
    {
        lock (_lock)
        {
            if (_waiting.Count > 0 || _used + more > bytes)
                return false;
            _used += more;
            return true;
        }
    }

    internal void Return(long returned)
    {
        lock (_lock)
        {
            _used -= returned;
            Serve();
        }
    }

    private Waiter? Enqueue(long wanted)
    {
        if (TryTake(wanted))
            return null;
        var waiter = new Waiter(wanted);
        lock (_lock)
        {
            _waiting.AddLast(waiter);
            Serve();
        }

        return waiter;
    }

    // One that is cancelled in the instant in which it is served is served or cancelled, never both.
    private void Leave(Waiter waiter)
    {
        lock (_lock)
        {
            _waiting.Remove(waiter);
            Serve();
        }
    }

    private void Serve()
    {
        while (_waiting.First is { } first && _used + first.Value.Wanted <= bytes)
        {
            _waiting.RemoveFirst();
            if (first.Value.Granted.TrySetResult())
                _used += first.Value.Wanted;
        }
    }

    private sealed class Waiter(long wanted)
    {
        public long Wanted => wanted;

        public TaskCompletionSource Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
