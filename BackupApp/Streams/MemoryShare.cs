namespace BackupApp.Streams;

/// <summary>What one run holds of the <see cref="MemoryBudget"/>.</summary>
public sealed class MemoryShare(MemoryBudget budget, long bytes) : IDisposable
{
    private long _bytes = bytes;

    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>For parts that have to grow. False when there is no more, or somebody else waits for it.</summary>
    public bool TryGrow(long more)
    {
        if (!budget.TryTake(more))
            return false;
        Interlocked.Add(ref _bytes, more);
        return true;
    }

    public void Dispose() => budget.Return(Interlocked.Exchange(ref _bytes, 0));
}
