using Amazon.S3.Model;
using BackupApp.Destinations;
using BackupApp.Destinations.Folder;
using BackupApp.Destinations.S3;
using BackupApp.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace BackupApp.Tests.Destinations;

public sealed class DestinationTestTests(TestS3 s3) : IClassFixture<TestS3>
{
    private readonly DestinationTest _test = new(TimeProvider.System);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_good_bucket_passes_and_stays_empty()
    {
        TestS3.Require();
        using var store = s3.Store();

        var result = await _test.RunAsync(store, new(), Cancel);

        Assert.True(result.Ok, result.Message);
        Assert.False(result.KeepsVersions);
        Assert.Null(result.Code);
        Assert.Empty(await s3.LeftoversAsync());
    }

    [Fact]
    public async Task A_bucket_that_keeps_versions_is_noticed_and_stays_empty()
    {
        TestS3.Require();
        var bucket = await s3.CreateBucketAsync();
        await s3.Admin.PutBucketVersioningAsync(
            new PutBucketVersioningRequest
            {
                BucketName = bucket,
                VersioningConfig = new S3BucketVersioningConfig { Status = "Enabled" },
            },
            Cancel);
        using var store = TestS3.Store(s3.Settings() with { Bucket = bucket });

        var result = await _test.RunAsync(store, new(), Cancel);

        Assert.True(result.Ok, result.Message);
        Assert.True(result.KeepsVersions);
        Assert.Empty((await s3.Admin.ListVersionsAsync(bucket, Cancel)).Versions ?? []);
    }

    [Fact]
    public async Task A_good_folder_passes_and_stays_empty()
    {
        var folder = Directory.CreateTempSubdirectory("backupapp-test-").FullName;
        try
        {
            var result = await _test.RunAsync(
                new FolderObjectStore(new FolderStoreSettings(folder, new FreeSpaceReserve(0, 0)), NullLogger<FolderObjectStore>.Instance),
                new(),
                Cancel);

            Assert.True(result.Ok, result.Message);
            Assert.Empty(Directory.GetFileSystemEntries(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_missing_bucket_fails_at_the_upload_with_what_to_do()
    {
        TestS3.Require();
        using var store = TestS3.Store(s3.Settings() with { Bucket = "no-such-bucket-here" });

        var result = await _test.RunAsync(store, new(), Cancel);

        Assert.Equal((DestinationTestStep.Upload, StoreError.BucketNotFound), (result.FailedStep, result.Code));
        Assert.Contains("create it", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_public_endpoint_that_nobody_reaches_is_a_finding_of_its_own()
    {
        TestS3.Require();
        using var store = TestS3.Store(s3.Settings() with { PublicEndpoint = new Uri("http://127.0.0.1:9") });

        var result = await _test.RunAsync(store, new(), Cancel);

        Assert.Equal((DestinationTestStep.Link, StoreError.Unreachable), (result.FailedStep, result.Code));
        Assert.Contains("http://127.0.0.1:9", result.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("X-Amz", result.Message, StringComparison.Ordinal);
        Assert.Contains("public endpoint", result.Advice, StringComparison.Ordinal);
        Assert.Empty(await s3.LeftoversAsync());
    }

    [Theory]
    [InlineData("DELETE", DestinationTestStep.Delete)]
    [InlineData("GET", DestinationTestStep.Read)]
    public async Task A_test_that_fails_half_way_says_where_and_leaves_nothing(string method, DestinationTestStep step)
    {
        TestS3.Require();
        await using var proxy = await FaultyProxy.StartAsync(s3.Settings().Endpoint!);
        var failures = 0;
        // Long enough for every try of that step, short enough that cleaning up gets through.
        proxy.Decide = (m, target) => Task.FromResult(
            m == method
            && target.Contains(".backupapp-test-", StringComparison.Ordinal)
            && !target.Contains("uploads", StringComparison.Ordinal)
                && Interlocked.Increment(ref failures) <= 1 ? Fault.Unavailable : Fault.None);
        using var store = new S3ObjectStore(
            s3.Settings(proxy.Address), NullLogger<S3ObjectStore>.Instance,
            TestS3.Impatient with { Request = TimeSpan.FromSeconds(3), FirstPause = TimeSpan.FromSeconds(10) });

        var result = await _test.RunAsync(store, new(), Cancel);

        Assert.Equal((step, StoreError.StoreFailed), (result.FailedStep, result.Code));
        Assert.Empty(await s3.LeftoversAsync());
    }

    [Fact]
    public async Task A_dead_endpoint_is_reported_within_the_limit()
    {
        using var store = TestS3.Store(new S3StoreSettings(
            new Uri("http://127.0.0.1:9"),
            "us-east-1",
            "bucket",
            AccessKeyId: "AKIATESTTESTTEST",
            SecretAccessKey: "very-secret",
            ForcePathStyle: true));

        var result = await _test.RunAsync(store, new(), Cancel);

        Assert.Equal((DestinationTestStep.Upload, StoreError.Unreachable), (result.FailedStep, result.Code));
        Assert.InRange(result.Latency, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }
}
