using System.Runtime.CompilerServices;
using Amazon.S3.Model;

namespace BackupApp.Destinations.S3;

/// <summary>
/// Reads lists page by page. How long a list gets is the store's choice, so pages are counted and one that repeats itself ends.
/// </summary>
internal sealed class S3Listing(S3Bucket bucket)
{
    /// <summary>Of at most 1000 objects each; they are handed on and not kept.</summary>
    public int MostPages { get; set; } = 100_000;

    /// <summary>Of at most 1000 uploads each, which are kept in memory.</summary>
    public int MostUploadPages { get; set; } = 100;

    public async IAsyncEnumerable<ObjectInfo> ObjectsAsync(string keyPrefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = bucket.Name, Prefix = bucket.FullKey(keyPrefix) };
        for (var pages = 1; ; pages++)
        {
            var page = await bucket.Calls.RequestAsync(ct => bucket.Client.ListObjectsV2Async(request, ct), cancellationToken);
            Recognize(page.IsTruncated, page.Name);
            foreach (var found in page.S3Objects ?? [])
                yield return new ObjectInfo(
                    RelativeKey(found.Key, request.Prefix), found.Size ?? 0, VersionId: null, S3Bucket.ToOffset(found.LastModified));
            if (page.IsTruncated != true)
                yield break;
            if (string.IsNullOrEmpty(page.NextContinuationToken) || page.NextContinuationToken == request.ContinuationToken)
                throw Endless();
            if (pages >= MostPages)
                throw TooMany("objects", pages);
            request.ContinuationToken = page.NextContinuationToken;
        }
    }

    public async Task<IReadOnlyList<OpenUpload>> UploadsAsync(string keyPrefix, CancellationToken cancellationToken)
    {
        var uploads = new List<OpenUpload>();
        var request = new ListMultipartUploadsRequest { BucketName = bucket.Name, Prefix = bucket.FullKey(keyPrefix) };
        for (var pages = 1; ; pages++)
        {
            var page = await bucket.Calls.RequestAsync(ct => bucket.Client.ListMultipartUploadsAsync(request, ct), cancellationToken);
            Recognize(page.IsTruncated, page.BucketName);
            foreach (var found in page.MultipartUploads ?? [])
                uploads.Add(new OpenUpload(RelativeKey(found.Key, request.Prefix), found.UploadId, S3Bucket.ToOffset(found.Initiated)));
            if (page.IsTruncated != true)
                return uploads;
            if (string.IsNullOrEmpty(page.NextKeyMarker) || IsWhereItWas(page, request))
                throw Endless();
            if (pages >= MostUploadPages)
                throw TooMany("open uploads", pages);
            request.KeyMarker = page.NextKeyMarker;
            request.UploadIdMarker = page.NextUploadIdMarker;
        }
    }

    // The SDK makes an empty list of whatever a web server answers.
    private void Recognize(bool? isTruncated, string? name)
    {
        if (isTruncated is null && string.IsNullOrEmpty(name))
            throw new StoreException(StoreError.InvalidConfiguration, bucket.Errors.NotS3);
    }

    private static bool IsWhereItWas(ListMultipartUploadsResponse page, ListMultipartUploadsRequest request) =>
        page.NextKeyMarker == request.KeyMarker && page.NextUploadIdMarker == request.UploadIdMarker;

    private string RelativeKey(string? fullKey, string prefix) => fullKey?.StartsWith(prefix, StringComparison.Ordinal) == true
        ? bucket.RelativeKey(fullKey)
        : throw new StoreException(
            StoreError.InvalidConfiguration,
            $"{bucket.Settings.Place} lists other objects than those that it was asked for: correct the endpoint.");

    private StoreException Endless() => new(
        StoreError.StoreFailed,
        $"{bucket.Settings.Place} says that its list of the bucket '{bucket.Name}' goes on, but not where: look into the store's own log.");

    private StoreException TooMany(string what, int pages) => new(
        StoreError.StoreFailed,
        $"The list of {what} in the bucket '{bucket.Name}' did not end after {pages} pages, where BackupApp stops: look what fills it.");
}
