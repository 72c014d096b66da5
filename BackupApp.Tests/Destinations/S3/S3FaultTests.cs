using System.Security.Cryptography;
using Amazon.S3.Util;
using BackupApp.Destinations;
using BackupApp.Destinations.S3;
using BackupApp.Streams;
using BackupApp.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace BackupApp.Tests.Destinations.S3;

public sealed class S3FaultTests(TestS3 s3) : IClassFixture<TestS3>
{
    private const int MiB = 1024 * 1024;

    private static readonly PartLimits SmallParts = PartLimits.Default with { Smallest = 5 * MiB };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Fault.Unavailable)]
    [InlineData(Fault.Reset)]
    [InlineData(Fault.LostAnswer)]
    public async Task A_part_that_fails_is_sent_again_from_its_buffer(Fault fault)
    {
        await using var proxy = await ProxyAsync();
        var failures = 0;
        proxy.Decide = (method, target) => Task.FromResult(
            FaultyProxy.IsPart(method, target)
            && target.Contains("partNumber=2", StringComparison.Ordinal)
            && Interlocked.Increment(ref failures) <= 2
                ? fault
                : Fault.None);
        using var store = s3.Store(proxy.Address, SmallParts);
        var content = TestBytes.Make(16 * MiB);

        await UploadAsync(store, $"retried/{fault}.gz", content);

        Assert.Equal(3, failures);
        var read = await TestBytes.ReadAllAsync(await store.OpenReadAsync($"retried/{fault}.gz", null, 0, Cancel));
        Assert.Equal(SHA256.HashData(content), SHA256.HashData(read));
    }

    [Theory]
    [InlineData(Fault.Unavailable, StoreError.StoreFailed)]
    [InlineData(Fault.Reset, StoreError.Unreachable)]
    public async Task A_part_that_keeps_failing_ends_the_upload_and_leaves_nothing(Fault fault, StoreError expected)
    {
        await using var proxy = await ProxyAsync();
        proxy.Decide = (method, target) => Task.FromResult(FaultyProxy.IsPart(method, target) ? fault : Fault.None);
        using var store = s3.Store(proxy.Address, SmallParts);

        var error = await Assert.ThrowsAsync<StoreException>(() => UploadAsync(store, $"failing-{fault}/a.gz", TestBytes.Make(40 * MiB)));

        Assert.Equal(expected, error.Error);
        Assert.Empty(await s3.LeftoversAsync($"team a/failing-{fault}/"));
    }

    [Fact]
    public async Task A_completion_whose_answer_is_lost_is_found_out()
    {
        await using var proxy = await ProxyAsync();
        var lost = 0;
        proxy.Decide = (method, target) => Task.FromResult(
            FaultyProxy.IsComplete(method, target) && Interlocked.Increment(ref lost) == 1 ? Fault.LostAnswer : Fault.None);
        using var store = s3.Store(proxy.Address, SmallParts);

        var stored = await UploadAsync(store, "healed/a.gz", TestBytes.Make(6 * MiB));

        Assert.Equal(6 * MiB, stored.Size);
        Assert.True(lost >= 1);
        Assert.Equal(["object team a/healed/a.gz"], await s3.LeftoversAsync("team a/healed/"));
    }

    [Fact]
    public async Task A_completion_that_cannot_be_asked_about_fails_and_leaves_the_object_to_its_owner()
    {
        await using var proxy = await ProxyAsync();
        proxy.Decide = (method, target) => Task.FromResult(
            FaultyProxy.IsComplete(method, target) ? Fault.LostAnswer : method == "HEAD" ? Fault.Unavailable : Fault.None);
        using var store = s3.Store(proxy.Address, SmallParts);
        var upload = await store.BeginUploadAsync("unknown/a.gz", new UploadOptions("application/gzip"), Cancel);
        await upload.Body.WriteAsync(TestBytes.Make(1000), Cancel);
        await upload.SealAsync(Cancel);

        await Assert.ThrowsAsync<StoreException>(() => upload.CompleteAsync(Cancel));
        proxy.Decide = (_, _) => Task.FromResult(Fault.None);
        await upload.DisposeAsync();

        Assert.Equal(["object team a/unknown/a.gz"], await s3.LeftoversAsync("team a/unknown/"));
    }

    [Fact]
    public async Task A_begin_whose_answer_is_lost_leaves_no_second_upload()
    {
        await using var proxy = await ProxyAsync();
        var begun = 0;
        proxy.Decide = (method, target) => Task.FromResult(
            FaultyProxy.IsBegin(method, target) && Interlocked.Increment(ref begun) == 1 ? Fault.LostAnswer : Fault.None);
        using var store = s3.Store(proxy.Address, SmallParts);

        await using var upload = await store.BeginUploadAsync("twice/a.gz", new UploadOptions("application/gzip"), Cancel);

        Assert.Equal(2, begun);
        Assert.Equal(upload.Upload.Id, Assert.Single(await store.ListUploadsAsync("twice/", Cancel)).Id);
    }

    [Fact]
    public async Task An_object_that_another_gateway_does_not_show_yet_is_asked_for_again()
    {
        await using var proxy = await ProxyAsync();
        var looks = 0;
        proxy.Refuse = (method, target) =>
            method == "HEAD" && target.Contains("late/", StringComparison.Ordinal) && Interlocked.Increment(ref looks) < 3
                ? (404, null)
                : null;
        using var store = s3.Store(proxy.Address, SmallParts);
        await using var upload = await store.BeginUploadAsync("late/a.gz", new UploadOptions("application/gzip"), Cancel);
        await upload.Body.WriteAsync(TestBytes.Make(6 * MiB), Cancel);
        await upload.SealAsync(Cancel);

        var stored = await upload.CompleteAsync(Cancel);

        Assert.Equal((6 * MiB, 3), (stored.Size, looks));
    }

    [Fact]
    public async Task A_bucket_deleted_in_mid_upload_is_named_as_the_reason()
    {
        TestS3.Require();
        var bucket = await s3.CreateBucketAsync();
        using var store = TestS3.Store(s3.Settings() with { Bucket = bucket }, SmallParts);
        await using var upload = await store.BeginUploadAsync("a.gz", new UploadOptions("application/gzip"), Cancel);
        await upload.Body.WriteAsync(TestBytes.Make(6 * MiB), Cancel);
        await AmazonS3Util.DeleteS3BucketWithObjectsAsync(s3.Admin, bucket, Cancel);

        var error = await Assert.ThrowsAsync<StoreException>(async () =>
        {
            for (var n = 0; n < 10; n++)
                await upload.Body.WriteAsync(TestBytes.Make(5 * MiB), Cancel);
            await upload.SealAsync(Cancel);
        });

        Assert.Equal(StoreError.BucketNotFound, error.Error);
        Assert.Contains(bucket, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upload_aborted_by_somebody_else_is_lost_and_not_tried_again()
    {
        TestS3.Require();
        using var store = s3.Store(limits: SmallParts);
        await using var upload = await store.BeginUploadAsync("stolen/a.gz", new UploadOptions("application/gzip"), Cancel);
        await store.AbortUploadAsync(upload.Upload, Cancel);
        await upload.Body.WriteAsync(TestBytes.Make(6 * MiB), Cancel);

        var error = await Assert.ThrowsAsync<StoreException>(() => upload.SealAsync(Cancel));

        Assert.Equal(StoreError.UploadLost, error.Error);
    }

    [Fact]
    public async Task A_store_that_stands_still_holds_the_writer_back_in_bounded_memory()
    {
        await using var proxy = await ProxyAsync();
        var gate = new TaskCompletionSource<Fault>(TaskCreationOptions.RunContinuationsAsynchronously);
        proxy.Decide = (method, target) => FaultyProxy.IsPart(method, target) ? gate.Task : Task.FromResult(Fault.None);
        var buffers = new SharedBuffers(keptBytes: 64 * MiB, idle: TimeSpan.FromMinutes(1));
        using var store = new S3ObjectStore(
            s3.Settings(proxy.Address), NullLogger<S3ObjectStore>.Instance, S3Timings.Backup, SmallParts)
        { Buffers = buffers };
        var content = TestBytes.Make(60 * MiB);
        var upload = await store.BeginUploadAsync("bounded/a.gz", new UploadOptions("application/gzip"), Cancel);

        var writing = upload.Body.WriteAsync(content, Cancel).AsTask();
        await Until.TrueAsync(() => buffers.RentedBytes == 3 * 5 * MiB, "three parts are held");
        await Until.TrueAsync(() => proxy.Seen.Count(IsPart) == 3, "and sent");
        Assert.False(writing.IsCompleted);
        gate.SetResult(Fault.None);
        await writing;
        await upload.SealAsync(Cancel);
        await upload.CompleteAsync(Cancel);
        await upload.DisposeAsync();

        Assert.Equal(3 * 5 * MiB, buffers.PeakBytes);
        Assert.Equal((0, 3 * 5 * MiB), (buffers.RentedBytes, buffers.FreeBytes));
        Assert.Equal(
            SHA256.HashData(content),
            SHA256.HashData(await TestBytes.ReadAllAsync(await store.OpenReadAsync("bounded/a.gz", null, 0, Cancel))));
    }

    [Fact]
    public async Task A_part_that_hangs_is_given_up_and_sent_again()
    {
        await using var proxy = await ProxyAsync();
        var first = 0;
        proxy.Decide = (method, target) => FaultyProxy.IsPart(method, target) && Interlocked.Increment(ref first) == 1
            ? new TaskCompletionSource<Fault>().Task
            : Task.FromResult(Fault.None);
        using var store = new S3ObjectStore(
            s3.Settings(proxy.Address), NullLogger<S3ObjectStore>.Instance,
            TestS3.Impatient with { Stall = TimeSpan.FromSeconds(1) }, SmallParts);

        await UploadAsync(store, "hung/a.gz", TestBytes.Make(6 * MiB));

        Assert.True(first >= 3, $"{first} parts were sent");
        Assert.Equal(["object team a/hung/a.gz"], await s3.LeftoversAsync("team a/hung/"));
    }

    [Fact]
    public async Task Cancelling_ends_the_writer_at_once_and_leaves_nothing()
    {
        await using var proxy = await ProxyAsync();
        proxy.Decide = (method, target) =>
            FaultyProxy.IsPart(method, target) ? new TaskCompletionSource<Fault>().Task : Task.FromResult(Fault.None);
        using var store = s3.Store(proxy.Address, SmallParts);
        using var cancel = new CancellationTokenSource();
        var upload = await store.BeginUploadAsync("cancelled/a.gz", new UploadOptions("application/gzip"), Cancel);
        var writing = upload.Body.WriteAsync(TestBytes.Make(60 * MiB), cancel.Token).AsTask();
        await Until.TrueAsync(() => proxy.Seen.Any(IsPart), "a part is on its way");

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
        await upload.DisposeAsync();
        Assert.Empty(await s3.LeftoversAsync("team a/cancelled/"));
    }

    private static bool IsPart(string seen) => FaultyProxy.IsPart(seen.Split(' ')[0], seen);

    private static async Task<ObjectInfo> UploadAsync(S3ObjectStore store, string key, byte[] content)
    {
        await using var upload = await store.BeginUploadAsync(key, new UploadOptions("application/gzip"), Cancel);
        await upload.Body.WriteAsync(content, Cancel);
        await upload.SealAsync(Cancel);
        return await upload.CompleteAsync(Cancel);
    }

    private async Task<FaultyProxy> ProxyAsync()
    {
        TestS3.Require();
        return await FaultyProxy.StartAsync(s3.Settings().Endpoint!);
    }
}
