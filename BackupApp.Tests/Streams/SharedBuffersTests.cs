using System.Runtime.CompilerServices;
using BackupApp.Streams;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Streams;

public sealed class SharedBuffersTests
{
    [Fact]
    public void A_returned_buffer_is_rented_again()
    {
        using var buffers = new SharedBuffers(keptBytes: 1000, idle: TimeSpan.FromMinutes(1));
        var first = buffers.Rent(100);
        buffers.Return(first);

        Assert.NotSame(first, buffers.Rent(99));
        Assert.Same(first, buffers.Rent(100));
        Assert.Equal(0, buffers.FreeBytes);
    }

    [Fact]
    public void No_more_is_kept_than_allowed()
    {
        using var buffers = new SharedBuffers(keptBytes: 150, idle: TimeSpan.FromMinutes(1));
        foreach (var buffer in new[] { buffers.Rent(100), buffers.Rent(100) })
            buffers.Return(buffer);

        Assert.Equal((100, 0, 200), (buffers.FreeBytes, buffers.RentedBytes, buffers.PeakBytes));
    }

    [Fact]
    public void Free_buffers_of_another_size_make_room()
    {
        using var buffers = new SharedBuffers(keptBytes: 300, idle: TimeSpan.FromMinutes(1));
        foreach (var buffer in new[] { buffers.Rent(100), buffers.Rent(100), buffers.Rent(100) })
            buffers.Return(buffer);

        buffers.Rent(200);

        Assert.Equal((100, 200, 4), (buffers.FreeBytes, buffers.RentedBytes, buffers.Allocations));
    }

    [Fact]
    public async Task An_idle_process_gives_the_memory_back()
    {
        const int Size = 64 * 1024 * 1024;
        using var buffers = new SharedBuffers(keptBytes: Size, idle: TimeSpan.FromMilliseconds(50));
        var buffer = RentAndReturn(buffers);

        await Until.TrueAsync(() => !buffer.IsAlive, "the free buffer is collected");
        Assert.Equal(0, buffers.FreeBytes);

        // Not inlined: the test's own variables would keep it.
        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference RentAndReturn(SharedBuffers buffers)
        {
            var rented = buffers.Rent(Size);
            buffers.Return(rented);
            return new(rented);
        }
    }
}
