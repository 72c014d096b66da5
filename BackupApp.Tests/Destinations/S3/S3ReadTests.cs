using System.Security.Cryptography;
using Amazon.S3.Model;
using BackupApp.Destinations;
using BackupApp.Destinations.S3;
using BackupApp.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace BackupApp.Tests.Destinations.S3;

public sealed class S3ReadTests(TestS3 s3) : IClassFixture<TestS3>
{
    private const int MiB = 1024 * 1024;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_read_goes_on_where_the_connection_tore()
    {
        await using var proxy = await ProxyAsync();
        using var store = s3.Store(proxy.Address);
        var content = TestBytes.Make(20 * MiB);
        await store.UploadAsync("torn.gz", content);
        proxy.TornAfter = 3 * MiB;
        proxy.Decide = (method, _) => Task.FromResult(method == "GET" ? Fault.TornAnswer : Fault.None);

        var read = await TestBytes.ReadAllAsync(await store.OpenReadAsync("torn.gz", null, 5, Cancel));

        Assert.Equal(SHA256.HashData(content.AsSpan(5)), SHA256.HashData(read));
        Assert.InRange(proxy.Seen.Count(seen => seen.StartsWith("GET", StringComparison.Ordinal)), 7, 14);
        // What was read is not asked for again; a torn connection loses at most what was on its way.
        Assert.InRange(proxy.Answered, 20 * MiB - 5, 42 * MiB);
    }

    [Fact]
    public async Task A_reader_may_stop_early()
    {
        TestS3.Require();
        using var store = s3.Store();
        await store.PutAsync("early.json", TestBytes.Make(MiB / 2), "application/json", Cancel);

        await using var body = await store.OpenReadAsync("early.json", null, 0, Cancel);
        await body.ReadExactlyAsync(new byte[10], Cancel);
    }

    [Fact]
    public async Task A_connection_that_tears_without_a_byte_is_replaced_a_few_times_and_no_more()
    {
        await using var proxy = await ProxyAsync();
        using var store = s3.Store(proxy.Address);
        await store.PutAsync("hopeless.gz", TestBytes.Make(1000), "application/gzip", Cancel);
        proxy.Decide = (method, _) => Task.FromResult(method == "GET" ? Fault.TornAnswer : Fault.None);

        var error = await Assert.ThrowsAsync<StoreException>(
            async () => await TestBytes.ReadAllAsync(await store.OpenReadAsync("hopeless.gz", null, 0, Cancel)));

        Assert.Equal(StoreError.Unreachable, error.Error);
        Assert.Equal(6, proxy.Seen.Count(seen => seen.StartsWith("GET", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_object_that_is_replaced_while_it_is_read_is_not_mixed_with_the_other()
    {
        await using var proxy = await ProxyAsync();
        using var store = s3.Store(proxy.Address);
        await store.UploadAsync("replaced.gz", TestBytes.Make(2 * MiB));
        proxy.TornAfter = MiB;
        proxy.Decide = (method, _) => Task.FromResult(method == "GET" ? Fault.TornAnswer : Fault.None);
        await using var body = await store.OpenReadAsync("replaced.gz", null, 0, Cancel);
        await body.ReadExactlyAsync(new byte[1000], Cancel);
        await store.UploadAsync("replaced.gz", TestBytes.Make(2 * MiB, seed: 2));

        var error = await Assert.ThrowsAsync<StoreException>(() => body.CopyToAsync(Stream.Null, Cancel));

        Assert.Contains("replaced", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_is_read_though_a_newer_one_covers_it()
    {
        TestS3.Require();
        var bucket = await s3.CreateBucketAsync();
        await s3.Admin.PutBucketVersioningAsync(
            new PutBucketVersioningRequest { BucketName = bucket, VersioningConfig = new() { Status = "Enabled" } }, Cancel);
        using var store = TestS3.Store(s3.Settings() with { Bucket = bucket });
        var first = await store.PutAsync("a.gz", "first"u8.ToArray(), "application/gzip", Cancel);
        await store.PutAsync("a.gz", "second"u8.ToArray(), "application/gzip", Cancel);

        Assert.Equal("irst"u8.ToArray(), await TestBytes.ReadAllAsync(await store.OpenReadAsync("a.gz", first.VersionId, 1, Cancel)));
        Assert.Equal("second"u8.ToArray(), await TestBytes.ReadAllAsync(await store.OpenReadAsync("a.gz", null, 0, Cancel)));
    }

    [Fact]
    public async Task From_the_last_byte_on_there_is_nothing_to_read()
    {
        TestS3.Require();
        using var store = s3.Store();
        await store.PutAsync("end.gz", new byte[10], "application/gzip", Cancel);

        Assert.Empty(await TestBytes.ReadAllAsync(await store.OpenReadAsync("end.gz", null, 10, Cancel)));
    }

    [Fact]
    public async Task A_store_that_gives_the_whole_for_a_part_is_found_out()
    {
        await using var whole = await StandInStore.StartAsync((_, context) => context.Response.WriteAsync("from the beginning"));
        using var store = TestS3.Store(whole.Settings);

        var error = await Assert.ThrowsAsync<StoreException>(() => store.OpenReadAsync("a.gz", null, 5, Cancel));

        Assert.Equal(StoreError.InvalidConfiguration, error.Error);
    }

    [Fact]
    public async Task A_store_that_does_not_say_how_much_comes_is_not_read_for_ever()
    {
        using var endless = new FloodingStore(StatusCodes.Status200OK, "");
        using var store = TestS3.Store(endless.Settings);

        var error = await Assert.ThrowsAsync<StoreException>(() => store.OpenReadAsync("a.gz", null, 0, Cancel));

        Assert.Equal(StoreError.InvalidConfiguration, error.Error);
        Assert.InRange(endless.Taken, 0, 32 * MiB);
    }

    private async Task<FaultyProxy> ProxyAsync()
    {
        TestS3.Require();
        return await FaultyProxy.StartAsync(s3.Settings().Endpoint!);
    }
}
