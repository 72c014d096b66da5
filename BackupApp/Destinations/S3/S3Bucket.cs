using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;

namespace BackupApp.Destinations.S3;

/// <summary>One bucket with its prefix: the requests that upload, look and list share.</summary>
internal sealed class S3Bucket(S3StoreSettings settings, AmazonS3Client client, S3Errors errors, S3Calls calls, S3Timings timings)
{
    private readonly string _prefix = settings.Prefix.Trim('/') is { Length: > 0 } prefix ? prefix + "/" : "";
    private S3Listing? _listing;

    public string Name => settings.Bucket;

    public S3StoreSettings Settings => settings;

    public AmazonS3Client Client => client;

    public S3Errors Errors => errors;

    public S3Calls Calls => calls;

    public S3Timings Timings => timings;

    public S3Listing Listing => _listing ??= new S3Listing(this);

    // Signing the payload costs a hash of every byte and is only needed where TLS does not protect it.
    public bool IsTls => settings.Endpoint is null || settings.Endpoint.Scheme == Uri.UriSchemeHttps;

    /// <summary>For Content-MD5, where the bucket may lock its objects; else null: it costs a core what TLS does already.</summary>
    [SuppressMessage("Security", "CA5351", Justification = "S3's own checksum, against faults and not against attackers.")]
    public string? Md5Of(ReadOnlySpan<byte> content) => settings.AppendOnly ? Convert.ToBase64String(MD5.HashData(content)) : null;

    public string FullKey(string key) => _prefix + key;

    public string RelativeKey(string fullKey) => fullKey[_prefix.Length..];

    public async Task<ObjectInfo?> FindAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            var head = await calls.RequestAsync(
                ct => client.GetObjectMetadataAsync(new GetObjectMetadataRequest { BucketName = Name, Key = FullKey(key) }, ct),
                cancellationToken);
            var locked = head.ObjectLockMode is { } mode ? new ObjectLock(mode.Value, ToOffset(head.ObjectLockRetainUntilDate)) : null;
            return new ObjectInfo(key, head.ContentLength, head.VersionId, ToOffset(head.LastModified), locked);
        }
        catch (StoreException e) when (e.Error == StoreError.ObjectNotFound)
        {
            // The answer to HEAD does not say whether it is the object or the bucket that is missing.
            await CheckExistsAsync(cancellationToken);
            return null;
        }
    }

    /// <exception cref="StoreException"><see cref="StoreError.BucketNotFound"/>.</exception>
    public async Task CheckExistsAsync(CancellationToken cancellationToken)
    {
        try
        {
            await calls.RequestAsync(ct => client.HeadBucketAsync(new HeadBucketRequest { BucketName = Name }, ct), cancellationToken);
        }
        catch (StoreException e) when (e.Error == StoreError.ObjectNotFound)
        {
            throw new StoreException(StoreError.BucketNotFound, errors.BucketNotFound, e);
        }
        catch (StoreException e) when (e.Error == StoreError.AccessDenied)
        {
            return; // it exists, and these keys may not look at it as a whole
        }
    }

    public async Task<Removal> DeleteAsync(string key, string? versionId, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await calls.RequestAsync(
                ct =>
                    client.DeleteObjectAsync(
                        new DeleteObjectRequest { BucketName = Name, Key = FullKey(key), VersionId = versionId },
                        ct),
                cancellationToken);
            return versionId is null && string.Equals(answer.DeleteMarker, "true", StringComparison.OrdinalIgnoreCase)
                ? Removal.Hidden
                : Removal.Freed;
        }
        catch (StoreException e) when (e.Error == StoreError.ObjectNotFound)
        {
            await CheckExistsAsync(cancellationToken);
            return Removal.Freed;
        }
    }

    /// <summary>What the store is asked to encrypt with.</summary>
    public (ServerSideEncryptionMethod? Method, string? KeyId) Encryption() => settings.Encryption switch
    {
        ServerSideEncryption.SseS3 => (ServerSideEncryptionMethod.AES256, null),
        ServerSideEncryption.SseKms => (ServerSideEncryptionMethod.AWSKMS, settings.KmsKeyId),
        _ => (null, null),
    };

    public static DateTimeOffset? ToOffset(DateTime? time) => time is { } t ? new DateTimeOffset(t.ToUniversalTime()) : null;
}
