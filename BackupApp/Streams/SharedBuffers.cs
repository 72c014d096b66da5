using System.Collections.Concurrent;

namespace BackupApp.Streams;

/// <summary>
/// Buffers of exact size, shared by all uploads and compressors of the process: jobs that follow one another reuse the same
/// memory instead of growing the large object heap. <see cref="System.Buffers.ArrayPool{T}"/> would round 33 MiB up to 64.
/// </summary>
internal sealed class SharedBuffers : IDisposable
{
    public static readonly SharedBuffers Shared = new(keptBytes: 256L * 1024 * 1024, idle: TimeSpan.FromMinutes(1));

    private readonly ConcurrentDictionary<int, ConcurrentBag<byte[]>> _free = new();
    private readonly Timer _idleTimer;
    private readonly long _keptBytes;
    private readonly TimeSpan _idle;
    private long _freeBytes;
    private long _rentedBytes;
    private long _peakBytes;
    private long _allocations;

    /// <param name="keptBytes">
    /// Free buffers are left to the garbage collector as far as they and the rented ones are more than this.
    /// </param>
    /// <param name="idle">
    /// After this long without a rented one, all of them are, and what the process does not use goes back to the system. It begins at
    /// once: a start leaves much behind.
    /// </param>
    public SharedBuffers(long keptBytes, TimeSpan idle)
    {
        (_keptBytes, _idle) = (keptBytes, idle);
        _idleTimer = new Timer(_ => ReleaseWhenIdle(), null, idle, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Bytes rented now.</summary>
    public long RentedBytes => Interlocked.Read(ref _rentedBytes);

    /// <summary>Most bytes ever rented at one time.</summary>
    public long PeakBytes => Interlocked.Read(ref _peakBytes);

    /// <summary>Buffers ever made; it stands still while free ones are used again.</summary>
    public long Allocations => Interlocked.Read(ref _allocations);

    /// <summary>Bytes kept for the next one.</summary>
    public long FreeBytes => Interlocked.Read(ref _freeBytes);

    public byte[] Rent(int size)
    {
        var rented = Interlocked.Add(ref _rentedBytes, size);
        for (var peak = PeakBytes; rented > peak; peak = PeakBytes)
            Interlocked.CompareExchange(ref _peakBytes, rented, peak);
        if (_free.TryGetValue(size, out var bag) && bag.TryTake(out var buffer))
        {
            Interlocked.Add(ref _freeBytes, -size);
            return buffer;
        }

        MakeRoom();
        Interlocked.Increment(ref _allocations);
        return GC.AllocateUninitializedArray<byte>(size);
    }

    public void Return(byte[] buffer)
    {
        if (Interlocked.Add(ref _freeBytes, buffer.Length) <= _keptBytes)
            _free.GetOrAdd(buffer.Length, _ => []).Add(buffer);
        else
            Interlocked.Add(ref _freeBytes, -buffer.Length);
        Forget(buffer.Length);
    }

    /// <summary>Says that rented bytes do not come back: somebody may still be using them.</summary>
    public void Forget(long bytes)
    {
        if (Interlocked.Add(ref _rentedBytes, -bytes) == 0)
            _idleTimer.Change(_idle, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _idleTimer.Dispose();

    private void ReleaseWhenIdle()
    {
        if (RentedBytes != 0)
            return;
        Drop(0);
        // An idle process allocates next to nothing, so the collector would not come by itself for
        // hours; this also gives the pages back to the system.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        NativeHeap.GiveBack();
    }

    // Those of another size are of no use now; kept besides, they would be memory on top of what is rented.
    private void MakeRoom() => Drop(Math.Max(0, _keptBytes - RentedBytes));

    private void Drop(long kept)
    {
        foreach (var bag in _free.Values)
        {
            while (FreeBytes > kept && bag.TryTake(out var buffer))
                Interlocked.Add(ref _freeBytes, -buffer.Length);
        }
    }
}
