using System.Collections.Concurrent;

namespace BackupApp.Destinations;

/// <summary>
/// Buffers of exact size, shared by all uploads of the process: jobs that follow one another reuse the same memory instead of growing the
/// large object heap. <see cref="System.Buffers.ArrayPool{T}"/> would round 33 MiB up to 64.
/// </summary>
internal sealed class PartBuffers : IDisposable
{
    public static readonly PartBuffers Shared = new(keptBytes: 256L * 1024 * 1024, idle: TimeSpan.FromMinutes(1));

    private readonly ConcurrentDictionary<int, ConcurrentBag<byte[]>> _free = new();
    private readonly Timer _idleTimer;
    private readonly long _keptBytes;
    private readonly TimeSpan _idle;
    private long _freeBytes;
    private long _rentedBytes;
    private long _peakBytes;

    /// <param name="keptBytes">Free buffers beyond this are left to the garbage collector.</param>
    /// <param name="idle">After this long without an upload, all of them are.</param>
    public PartBuffers(long keptBytes, TimeSpan idle)
    {
        (_keptBytes, _idle) = (keptBytes, idle);
        _idleTimer = new Timer(_ => ReleaseWhenIdle());
    }

    /// <summary>Bytes rented now, over all uploads.</summary>
    public long RentedBytes => Interlocked.Read(ref _rentedBytes);

    /// <summary>Most bytes ever rented at one time.</summary>
    public long PeakBytes => Interlocked.Read(ref _peakBytes);

    /// <summary>Bytes kept for the next upload.</summary>
    public long FreeBytes => Interlocked.Read(ref _freeBytes);

    public byte[] Rent(int size)
    {
        var rented = Interlocked.Add(ref _rentedBytes, size);
        for (var peak = PeakBytes; rented > peak; peak = PeakBytes)
            Interlocked.CompareExchange(ref _peakBytes, rented, peak);
        if (!_free.TryGetValue(size, out var bag) || !bag.TryTake(out var buffer))
            return GC.AllocateUninitializedArray<byte>(size);
        Interlocked.Add(ref _freeBytes, -size);
        return buffer;
    }

    public void Return(byte[] buffer)
    {
        if (Interlocked.Add(ref _freeBytes, buffer.Length) <= _keptBytes)
            _free.GetOrAdd(buffer.Length, _ => []).Add(buffer);
        else
            Interlocked.Add(ref _freeBytes, -buffer.Length);
        if (Interlocked.Add(ref _rentedBytes, -buffer.Length) == 0)
            _idleTimer.Change(_idle, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _idleTimer.Dispose();

    private void ReleaseWhenIdle()
    {
        if (RentedBytes > 0)
            return;
        foreach (var bag in _free.Values)
        {
            while (bag.TryTake(out var buffer))
                Interlocked.Add(ref _freeBytes, -buffer.Length);
        }
    }
}
