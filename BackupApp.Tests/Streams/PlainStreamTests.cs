using BackupApp.Streams;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Streams;

public sealed class PlainStreamTests
{
    private static readonly byte[] Piece = TestBytes.Make(64 * 1024);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(DeflateBlock.Capacity)]
    [InlineData(20_000_000)]
    public async Task Every_byte_arrives_as_it_was(int size)
    {
        using var sink = new MemoryStream();
        var input = TestBytes.Make(size);
        await using var plain = new PlainStream(sink, cancellationToken: Token);
        foreach (var piece in input.Chunk(100_000))
            plain.Write(piece);
        await plain.FinishAsync(Token);

        Assert.Equal(input, sink.ToArray());
    }

    [Fact]
    public async Task A_slow_destination_holds_the_writer_so_that_memory_is_bounded()
    {
        using var sink = new GatedStream();
        await using var plain = new PlainStream(sink, cancellationToken: Token);
        var written = 0L;
        const long All = 40L << 20;
        var writer = Task.Run(() =>
        {
            for (; Interlocked.Read(ref written) < All; Interlocked.Add(ref written, Piece.Length))
                plain.Write(Piece);
        }, Token);

        await Until.TrueAsync(
            () => Interlocked.Read(ref written) > PlainStream.Memory - (2 * DeflateBlock.BufferSize),
            "its blocks are filled");
        await Assert.ThrowsAsync<TimeoutException>(() => writer.WaitAsync(TimeSpan.FromMilliseconds(300), Token));
        Assert.InRange(Interlocked.Read(ref written), 1, PlainStream.Memory);

        sink.Open();
        await writer;
        await plain.FinishAsync(Token);
        Assert.Equal(All, sink.Taken);
    }

    [Fact]
    public async Task A_destination_that_fails_ends_the_writer_with_its_own_exception()
    {
        using var sink = new GatedStream(failAfter: 3 << 20);
        sink.Open();
        await using var plain = new PlainStream(sink, cancellationToken: Token);

        Assert.Throws<DiskOnFireException>(() =>
        {
            for (var i = 0; i < 1000; i++)
                plain.Write(Piece);
        });
        await Assert.ThrowsAsync<DiskOnFireException>(() => plain.FinishAsync(Token));
    }

    [Fact]
    public async Task Cancelling_releases_a_waiting_writer()
    {
        using var canceled = new CancellationTokenSource();
        using var sink = new GatedStream();
        await using var plain = new PlainStream(sink, cancellationToken: canceled.Token);
        var writer = Task.Run(
            () =>
            {
                while (true)
                    plain.Write(Piece);
            },
            Token);
        await Until.TrueAsync(() => sink.IsEntered, "the sink is asked");

        await canceled.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => writer.WaitAsync(TimeSpan.FromSeconds(10), Token));
    }
}
