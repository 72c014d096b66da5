using Amazon.S3;
using Amazon.S3.Model;
using BackupApp.Destinations;
using BackupApp.Destinations.S3;
using BackupApp.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace BackupApp.Tests.Destinations;

/// <summary>
/// Places where BackupApp may not delete are often the safest: they are accepted by whoever says so, and what stays is said.
/// </summary>
public sealed class AppendOnlyTests(TestS3 s3) : IClassFixture<TestS3>
{
    private static readonly DestinationTestTerms AppendOnly = new(AppendOnly: true);

    private readonly DestinationTest _test = new(TimeProvider.System);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Keys_that_may_not_delete_are_refused_unless_they_are_meant_so()
    {
        await using var proxy = await ProxyAsync();
        proxy.Refuse = NoDelete;
        using var store = TestS3.Store(Settings(proxy, s3.Bucket));

        var refused = await _test.RunAsync(store, new(), Cancel);
        var accepted = await _test.RunAsync(store, AppendOnly, Cancel);

        Assert.Equal((DestinationTestStep.Delete, StoreError.AccessDenied), (refused.FailedStep, refused.Code));
        Assert.Contains("Append-only", refused.Advice, StringComparison.Ordinal);
        Assert.True(accepted.Ok, accepted.Message);
        Assert.True(accepted.CannotDelete);
        Assert.Contains("stays in the bucket", accepted.LeftBehind, StringComparison.Ordinal);
        var left = await s3.LeftoversAsync("team a/.backupapp-test-");
        Assert.Equal(2, left.Count);
        Assert.All(left, name => Assert.StartsWith("object team a/.backupapp-test-", name, StringComparison.Ordinal));
        Assert.Contains(left, name => accepted.LeftBehind!.Contains(name["object team a/".Length..], StringComparison.Ordinal));
        foreach (var name in left)
            await s3.Admin.DeleteObjectAsync(s3.Bucket, name["object ".Length..], Cancel);
    }

    [Fact]
    public async Task A_bucket_that_locks_its_objects_is_accepted_with_mode_and_time()
    {
        await using var proxy = await ProxyAsync();
        proxy.DemandsMd5 = true;
        var bucket = await LockedBucketAsync();
        using var plain = TestS3.Store(Settings(proxy, bucket) with { AppendOnly = false });
        using var store = TestS3.Store(Settings(proxy, bucket));

        var without = await _test.RunAsync(plain, new(), Cancel);
        var result = await _test.RunAsync(store, AppendOnly, Cancel);

        Assert.Equal((DestinationTestStep.Upload, StoreError.RequestRefused), (without.FailedStep, without.Code));
        Assert.Contains("Append-only", without.Advice, StringComparison.Ordinal);
        Assert.True(result.Ok, $"{result.FailedStep} {result.Message}");
        Assert.True(result.CannotDelete);
        Assert.Equal("GOVERNANCE", result.Lock?.Mode);
        Assert.InRange(result.Lock!.Until!.Value, DateTimeOffset.UtcNow.AddHours(23), DateTimeOffset.UtcNow.AddHours(25));
        Assert.Contains("locked until", result.LeftBehind, StringComparison.Ordinal);
        // Out of sight, under a marker: a rule of the bucket can remove it when its time has come.
        Assert.Null(await store.FindAsync(Key(result), Cancel));

        await store.PutAsync("manifest.json", "{}"u8.ToArray(), "application/json", Cancel);
        Assert.NotNull((await store.FindAsync("manifest.json", Cancel))?.Lock);
        await FreeAsync(bucket);
    }

    [Fact]
    public async Task Where_deleting_works_the_mark_is_said_to_be_needless()
    {
        TestS3.Require();
        using var store = TestS3.Store(s3.Settings() with { AppendOnly = true });

        var result = await _test.RunAsync(store, AppendOnly, Cancel);

        Assert.True(result.Ok, result.Message);
        Assert.False(result.CannotDelete);
        Assert.Contains("not needed", result.Advice, StringComparison.Ordinal);
        Assert.Null(result.LeftBehind);
    }

    [Fact]
    public async Task An_endpoint_may_have_a_path()
    {
        TestS3.Require();
        // To the server the path is its bucket, and all that follows the key: it checks the signature of the whole as it was sent.
        var settings = s3.Settings(new Uri($"{s3.Settings().Endpoint}{s3.Bucket}/")) with { Bucket = "inner" };
        using var store = TestS3.Store(settings);
        using var browser = new HttpClient();

        await store.UploadAsync("path.gz", "0123456789"u8.ToArray());

        Assert.Equal("789"u8.ToArray(), await TestBytes.ReadAllAsync(await store.OpenReadAsync("path.gz", null, 7, Cancel)));
        Assert.Equal(
            "0123456789",
            await browser.GetStringAsync(
                store.CreateDownloadLink("path.gz", null, "a.gz", "application/gzip", TimeSpan.FromMinutes(1)), Cancel));
        Assert.Contains("object inner/team a/path.gz", await s3.LeftoversAsync());
        Assert.EndsWith(s3.Bucket, settings.Place, StringComparison.Ordinal);
        await s3.Admin.DeleteObjectAsync(s3.Bucket, "inner/team a/path.gz", Cancel);
    }

    private static (int Status, string? Code)? NoDelete(string method, string target) =>
        method == "DELETE" && !target.Contains("uploadId=", StringComparison.Ordinal)
            ? (StatusCodes.Status403Forbidden, "AccessDenied")
            : null;

    private static string Key(DestinationTestResult result) =>
        result.LeftBehind!.Split(' ').Single(word => word.StartsWith(".backupapp-test-", StringComparison.Ordinal));

    private S3StoreSettings Settings(FaultyProxy proxy, string bucket) =>
        s3.Settings(proxy.Address) with { Bucket = bucket, AppendOnly = true };

    private async Task<string> LockedBucketAsync()
    {
        var name = $"backupapp-lock-{Guid.NewGuid():N}";
        await s3.Admin.PutBucketAsync(new PutBucketRequest { BucketName = name, ObjectLockEnabledForBucket = true }, Cancel);
        var rule = new ObjectLockRule { DefaultRetention = new DefaultRetention { Mode = ObjectLockRetentionMode.Governance, Days = 1 } };
        await s3.Admin.PutObjectLockConfigurationAsync(
            new PutObjectLockConfigurationRequest
            {
                BucketName = name,
                ObjectLockConfiguration = new ObjectLockConfiguration { ObjectLockEnabled = ObjectLockEnabled.Enabled, Rule = rule },
            },
            Cancel);
        return name;
    }

    private async Task FreeAsync(string bucket)
    {
        foreach (var version in (await s3.Admin.ListVersionsAsync(bucket, Cancel)).Versions)
        {
            await s3.Admin.DeleteObjectAsync(
                new DeleteObjectRequest
                {
                    BucketName = bucket,
                    Key = version.Key,
                    VersionId = version.VersionId,
                    BypassGovernanceRetention = true,
                },
                Cancel);
        }
        await s3.Admin.DeleteBucketAsync(bucket, Cancel);
    }

    private async Task<FaultyProxy> ProxyAsync()
    {
        TestS3.Require();
        return await FaultyProxy.StartAsync(s3.Settings().Endpoint!);
    }
}
