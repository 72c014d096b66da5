using Amazon.S3;
using Amazon.S3.Util;

namespace BackupApp.E2E.Support;

/// <summary>A bucket of its own on the S3 server of the tests, emptied and removed in the end.</summary>
public sealed class TestBucket : IAsyncDisposable
{
    private AmazonS3Client? _admin;

    public string Name { get; } = $"backupapp-e2e-{Guid.NewGuid():N}";

    public async Task CreateAsync()
    {
        _admin = new AmazonS3Client(Servers.S3AccessKey, Servers.S3SecretKey, new AmazonS3Config
        {
            ServiceURL = Servers.S3Endpoint.AbsoluteUri,
            ForcePathStyle = true,
            AuthenticationRegion = "us-east-1",
        });
        await _admin.PutBucketAsync(Name);
    }

    public async ValueTask DisposeAsync()
    {
        if (_admin is null)
            return;
        await AmazonS3Util.DeleteS3BucketWithObjectsAsync(_admin, Name);
        _admin.Dispose();
    }
}
