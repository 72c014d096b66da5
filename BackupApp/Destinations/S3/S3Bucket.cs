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

    /// <summary>
    /// Aborts and looks whether it is gone: a part that reached the store after the abort can bring the upload back.
    /// </summary>
    public async Task AbortAsync(OpenUpload upload, CancellationToken cancellationToken)
    {
        const int tries = 5;
        for (var n = 1; n <= tries; n++)
        {
            if (!await AbortOnceAsync(upload, cancellationToken) || !await IsOpenAsync(upload, cancellationToken))
                return;
            await Task.Delay(timings.FirstPause * n, cancellationToken);
        }
        throw new StoreException(
            StoreError.StoreFailed,
            $"An upload is still open at {settings.Place} after it was aborted {tries} times.");
    }

    public static DateTimeOffset? ToOffset(DateTime? time) => time is { } t ? new DateTimeOffset(t.ToUniversalTime()) : null;

    /// <returns>False when the whole bucket is gone, and every upload with it.</returns>
    private async Task<bool> AbortOnceAsync(OpenUpload upload, CancellationToken cancellationToken)
    {
        var request = new AbortMultipartUploadRequest { BucketName = Name, Key = FullKey(upload.Key), UploadId = upload.Id };
        try
        {
            await calls.RequestAsync(ct => client.AbortMultipartUploadAsync(request, ct), cancellationToken);
            return true;
        }
        catch (StoreException e) when (e.Error is StoreError.UploadLost or StoreError.ObjectNotFound)
        {
            return true;
        }
        catch (StoreException e) when (e.Error == StoreError.BucketNotFound)
        {
            return false;
        }
    }

    private async Task<bool> IsOpenAsync(OpenUpload upload, CancellationToken cancellationToken)
    {
        try
        {
            return (await Listing.UploadsAsync(upload.Key, cancellationToken)).Any(u => u.Id == upload.Id);
        }
        catch (StoreException e) when (e.Error is StoreError.AccessDenied or StoreError.BucketNotFound)
        {
            return false; // these keys may not list: the answer to the abort has to do
        }
    }
}
