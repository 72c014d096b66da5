using System.Diagnostics;
using BackupApp.Streams;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Streams;

public sealed class ParallelGzipFailureTests
{
    private const int Threads = 2;
    private const long MostBlocks = (2 * Threads) + 2;

    private static readonly byte[] Noise = RandomBytes(64 * 1024);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_slow_destination_holds_the_writer_so_that_memory_is_bounded()
    {
        using var sink = new GatedStream();
        await using var gzip = new ParallelGzipStream(sink, 6, Threads, cancellationToken: Token);
        var written = 0L;
        const long All = 40L << 20;
        var writer = Task.Run(() =>
        {
            for (; Interlocked.Read(ref written) < All; Interlocked.Add(ref written, Noise.Length))
                gzip.Write(Noise);
        }, Token);

        await Until.TrueAsync(() => Interlocked.Read(ref written) > (MostBlocks - 1) * DeflateBlock.Capacity, "all blocks are filled");
        await Assert.ThrowsAsync<TimeoutException>(() => writer.WaitAsync(TimeSpan.FromMilliseconds(300), Token));
        Assert.InRange(Interlocked.Read(ref written), 1, MostBlocks * DeflateBlock.Capacity);

        sink.Open();
        await writer;
        await gzip.FinishAsync(Token);
        Assert.True(sink.Taken > All);
    }

    [Fact]
    public async Task A_destination_that_fails_ends_the_writer_with_its_own_exception()
    {
        using var sink = new GatedStream(failAfter: 3 << 20);
        sink.Open();
        await using var gzip = new ParallelGzipStream(sink, 1, Threads, cancellationToken: Token);

        Assert.Throws<DiskOnFireException>(() =>
        {
            for (var i = 0; i < 1000; i++)
                gzip.Write(Noise);
        });
        Assert.Throws<DiskOnFireException>(() => gzip.Write(Noise));
        await Assert.ThrowsAsync<DiskOnFireException>(() => gzip.FinishAsync(Token));
    }

    [Fact]
    public async Task A_destination_that_fails_at_the_very_end_fails_the_finish()
    {
        using var sink = new GatedStream(failAfter: 10);
        sink.Open();
        await using var gzip = new ParallelGzipStream(sink, 6, Threads, cancellationToken: Token);

        await Assert.ThrowsAsync<DiskOnFireException>(() => gzip.FinishAsync(Token));
    }

    [Fact]
    public async Task Cancelling_releases_a_waiting_writer()
    {
        using var canceled = new CancellationTokenSource();
        using var sink = new GatedStream();
        await using var gzip = new ParallelGzipStream(sink, 1, Threads, cancellationToken: canceled.Token);
        var writer = Task.Run(() => WriteForEver(gzip), Token);
        await Until.TrueAsync(() => sink.IsEntered, "the sink is asked");

        await canceled.CancelAsync();

        var exception = await Assert.ThrowsAsync<OperationCanceledException>(() => writer.WaitAsync(TimeSpan.FromSeconds(10), Token));
        Assert.Equal(canceled.Token, exception.CancellationToken);
        await Assert.ThrowsAsync<OperationCanceledException>(() => gzip.FinishAsync(Token));
    }

    [Fact]
    public async Task Cancelling_the_finish_works_even_when_the_destination_hangs()
    {
        using var canceled = new CancellationTokenSource();
        using var sink = new GatedStream(heedsCancellation: false);
        var gzip = new ParallelGzipStream(sink, 1, Threads, cancellationToken: Token);
        gzip.Write(Noise);
        var finish = gzip.FinishAsync(canceled.Token);
        await canceled.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => finish.WaitAsync(TimeSpan.FromSeconds(10), Token));
        sink.Open();
        await gzip.DisposeAsync();
        Assert.Equal(10, sink.Taken);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(5_000_000)]
    public async Task Without_finish_no_reader_takes_the_file_for_whole(int size)
    {
        var path = Path.GetTempFileName();
        await using (var file = File.Create(path))
        await using (var gzip = new ParallelGzipStream(file, 6, Threads, cancellationToken: Token))
            gzip.Write(RandomBytes(size));

        var (code, output) = await Shell.GzipTestAsync(path);
        Assert.Equal(1, code);
        Assert.Contains("unexpected end of file", output, StringComparison.Ordinal);
        File.Delete(path);
    }

    [Fact]
    public async Task Dispose_does_not_wait_for_ever_for_a_destination_that_hangs()
    {
        using var sink = new GatedStream(heedsCancellation: false);
        var gzip = new ParallelGzipStream(sink, 6, Threads, cancellationToken: Token);
        var writer = Task.Run(() => WriteForEver(gzip), Token);
        await Until.TrueAsync(() => sink.IsEntered, "the sink is asked");

        var clock = new AwakeWatch();
        await gzip.DisposeAsync();

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(15));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => writer.WaitAsync(TimeSpan.FromSeconds(10), Token));
        sink.Open();
    }

    [Fact]
    public async Task After_the_finish_nothing_more_can_be_written()
    {
        await using var gzip = new ParallelGzipStream(Stream.Null, 6, Threads, cancellationToken: Token);
        await gzip.FinishAsync(Token);

        Assert.Throws<InvalidOperationException>(() => gzip.Write(Noise));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_closes_its_destination_only_when_asked_to(bool leaveOpen)
    {
        using var target = new MemoryStream();
        await new ParallelGzipStream(target, 6, Threads, leaveOpen, Token).DisposeAsync();

        Assert.Equal(leaveOpen, target.CanWrite);
    }

    private static void WriteForEver(ParallelGzipStream gzip)
    {
        while (true)
            gzip.Write(Noise);
    }

    private static byte[] RandomBytes(int size)
    {
        var bytes = new byte[size];
        new Random(1).NextBytes(bytes);
        return bytes;
    }
}
