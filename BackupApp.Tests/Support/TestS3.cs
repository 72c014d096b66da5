using Amazon.S3;
using Amazon.S3.Model;
using Amazon.S3.Util;
using BackupApp.Destinations.S3;
using Microsoft.Extensions.Logging.Abstractions;

namespace BackupApp.Tests.Support;

/// <summary>
/// A bucket of its own on the real S3 server named by BACKUPAPP_TEST_S3_ENDPOINT, _ACCESS_KEY and _SECRET_KEY;
/// emptied and removed afterwards. Without a server its tests are skipped, and fail where CI is set.
/// </summary>
public sealed class TestS3 : IAsyncLifetime
{
    /// <summary>Tries again fast and gives up early, so that a test of failure takes no minutes.</summary>
    public static readonly S3Timings Impatient = S3Timings.Interactive with
    {
        FirstPause = TimeSpan.FromMilliseconds(10),
        Request = TimeSpan.FromSeconds(4),
        Part = TimeSpan.FromSeconds(2),
        Complete = TimeSpan.FromSeconds(6),
    };

    private static readonly S3Timings Patient = S3Timings.Backup with { FirstPause = TimeSpan.FromMilliseconds(10) };

    private static readonly Uri? Endpoint = Read("ENDPOINT") is { } text ? new Uri(text) : null;
    private readonly List<string> _buckets = [];
    private AmazonS3Client? _admin;

    public static string SecretKey => Read("SECRET_KEY") ?? "";

    public string Bucket { get; private set; } = "";

    /// <summary>The SDK without anything of ours, to set up and to look behind the store's back.</summary>
    public AmazonS3Client Admin => _admin ?? throw new InvalidOperationException("Call Require first.");

    public async ValueTask InitializeAsync()
    {
        if (Endpoint is null)
            return;
        _admin = new AmazonS3Client(Read("ACCESS_KEY"), SecretKey, new AmazonS3Config
        {
            ServiceURL = Endpoint.AbsoluteUri,
            ForcePathStyle = true,
            AuthenticationRegion = "us-east-1",
        });
        Bucket = await CreateBucketAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var bucket in _buckets)
        {
            if (await AmazonS3Util.DoesS3BucketExistV2Async(_admin, bucket))
                await AmazonS3Util.DeleteS3BucketWithObjectsAsync(_admin, bucket);
        }
        _admin?.Dispose();
    }

    public static void Require()
    {
        if (Endpoint is not null)
            return;
        Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") is null, "No S3 server: set BACKUPAPP_TEST_S3_ENDPOINT.");
        Assert.Fail("CI has no S3 server: set BACKUPAPP_TEST_S3_ENDPOINT.");
    }

    public async Task<string> CreateBucketAsync()
    {
        var name = $"backupapp-test-{Guid.NewGuid():N}";
        await Admin.PutBucketAsync(new PutBucketRequest { BucketName = name });
        _buckets.Add(name);
        return name;
    }

    public S3StoreSettings Settings(Uri? endpoint = null) => new(
        endpoint ?? Endpoint,
        "us-east-1",
        Bucket,
        Prefix: "team a/",
        AccessKeyId: Read("ACCESS_KEY"),
        SecretAccessKey: SecretKey,
        ForcePathStyle: true);

    /// <param name="endpoint">Of somebody who fails; null for the server itself, which only a busy machine makes slow.</param>
    public S3ObjectStore Store(Uri? endpoint = null, PartLimits? limits = null) =>
        Store(Settings(endpoint), limits, endpoint is null ? Patient : Impatient);

    public static S3ObjectStore Store(S3StoreSettings settings, PartLimits? limits = null, S3Timings? timings = null) =>
        new(settings, NullLogger<S3ObjectStore>.Instance, timings ?? Impatient, limits)
        {
            Buffers = new(keptBytes: 0, idle: TimeSpan.FromMinutes(1)),
        };

    /// <summary>Keys of the objects and open uploads in the bucket, as the server itself lists them.</summary>
    public async Task<IReadOnlyList<string>> LeftoversAsync(string? prefix = null)
    {
        var objects = await Admin.ListVersionsAsync(new ListVersionsRequest { BucketName = Bucket, Prefix = prefix });
        var uploads = await Admin.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = Bucket, Prefix = prefix });
        return
        [
            .. (objects.Versions ?? []).Select(o => $"object {o.Key}"),
            .. (uploads.MultipartUploads ?? []).Select(u => $"upload {u.Key}"),
        ];
    }

    private static string? Read(string name) =>
        Environment.GetEnvironmentVariable($"BACKUPAPP_TEST_S3_{name}") is { Length: > 0 } value ? value : null;
}
