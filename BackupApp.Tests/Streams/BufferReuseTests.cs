using BackupApp.Destinations;
using BackupApp.Destinations.S3;
using BackupApp.Streams;
using BackupApp.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace BackupApp.Tests.Streams;

/// <summary>Alone, since the buffers are those of the whole process.</summary>
[CollectionDefinition(nameof(BufferReuseTests), DisableParallelization = true)]
[Collection(nameof(BufferReuseTests))]
public sealed class BufferReuseTests(TestS3 s3) : IClassFixture<TestS3>
{
    private const int Runs = 50;
    private const int Threads = 2;
    private const int MiB = 1 << 20;

    private static readonly byte[] Noise = TestBytes.Make(12 * MiB);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fifty_runs_one_after_another_use_the_buffers_of_one()
    {
        TestS3.Require();
        var before = SharedBuffers.Shared.Allocations;
        await RunAsync(0);
        var heap = LargeObjects();

        for (var run = 1; run < Runs; run++)
            await RunAsync(run);

        // An input and an output each of its blocks, what each thread works in, and its parts: one
        // run may need all of them sooner than another.
        const long OfOneRun = (2 * ((2 * Threads) + 2)) + Threads + 3;
        Assert.InRange(SharedBuffers.Shared.Allocations - before, 1, OfOneRun);
        Assert.Equal(0, SharedBuffers.Shared.RentedBytes);
        Assert.InRange(LargeObjects() - heap, long.MinValue, ParallelGzipStream.MemoryOf(Threads) + (3 * 5 * MiB));
    }

    [Fact]
    public async Task Reading_from_the_tool_leaves_no_large_garbage()
    {
        const int Large = 85_000; // From here on an array goes to the large object heap.
        await StandIn.Process("echo dump").CopyToAsync(Stream.Null, Cancel);
        var before = GC.GetTotalAllocatedBytes(precise: true);

        for (var run = 0; run < Runs; run++)
            await StandIn.Process("echo dump").CopyToAsync(Stream.Null, Cancel);

        Assert.InRange((GC.GetTotalAllocatedBytes(precise: true) - before) / Runs, 1, Large);
    }

    [Fact]
    public async Task A_run_that_fails_does_not_count_for_ever_as_one_that_holds_memory()
    {
        using var sink = new GatedStream(failAfter: 3 * MiB);
        sink.Open();
        await using (var gzip = new ParallelGzipStream(sink, 1, Threads, cancellationToken: Cancel))
            Assert.Throws<DiskOnFireException>(() => gzip.Write(Noise.AsSpan(0, 11 * MiB)));

        Assert.Equal(0, SharedBuffers.Shared.RentedBytes);
    }

    private async Task RunAsync(int run)
    {
        using var store = new S3ObjectStore(
            s3.Settings(), NullLogger<S3ObjectStore>.Instance, TestS3.Impatient, PartLimits.Default with { Smallest = 5 * MiB });
        await using var upload = await store.BeginUploadAsync($"reuse/{run}.gz", new UploadOptions("application/gzip"), Cancel);
        await using var gzip = new ParallelGzipStream(upload.Body, 1, Threads, cancellationToken: Cancel);
        await Task.Run(() => gzip.Write(Noise), Cancel);
        await gzip.FinishAsync(Cancel);
        await upload.SealAsync(Cancel);
        await upload.CompleteAsync(Cancel);
    }

    private static long LargeObjects()
    {
        GC.Collect();
        return GC.GetGCMemoryInfo(GCKind.FullBlocking).GenerationInfo[3].SizeAfterBytes;
    }
}
