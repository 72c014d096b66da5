using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace BackupApp.Destinations.S3;

/// <summary>Asks for the bytes of objects and checks that the answer is what was asked for.</summary>
/// <param name="client">One whose answers are not limited: an object is streamed, whatever its size.</param>
internal sealed class S3Reader(S3Bucket bucket, AmazonS3Client client, TimeProvider time)
{
    public TimeProvider Time => time;

    public S3Errors Errors => bucket.Errors;

    public S3Timings Timings => bucket.Timings;

    /// <summary>Bytes that the answer brings; negative where it does not say.</summary>
    public static long LengthOf(GetObjectResponse answer)
    {
        if (answer.Headers.ContentLength >= 0)
            return answer.Headers.ContentLength;
        return RangeOf(answer) is { HasRange: true } range ? range.To!.Value - range.From!.Value + 1 : -1;
    }

    /// <summary>The object from byte <paramref name="offset"/> to its end; null where it has no byte there.</summary>
    /// <param name="etag">Of the object that was begun with: another one is refused.</param>
    /// <exception cref="StoreException"/>
    public async Task<GetObjectResponse?> AskAsync(
        string key, string? versionId, long offset, string? etag, CancellationToken cancellationToken)
    {
        var answer = await bucket.Calls.RequestAsync(ct => SendAsync(key, versionId, offset, ct), cancellationToken);
        if (answer is null)
            return null;
        var fault = Fault(answer, offset, etag);
        if (fault is null)
            return answer;
        answer.Dispose();
        throw fault;
    }

    /// <summary>The object from byte <paramref name="offset"/> to its end, as a stream that goes on after a torn connection.</summary>
    /// <exception cref="StoreException"/>
    public async Task<Stream> OpenAsync(string key, string? versionId, long offset, CancellationToken cancellationToken) =>
        await AskAsync(key, versionId, offset, etag: null, cancellationToken) is { } answer
            ? new S3ReadStream(this, key, versionId, offset, answer)
            : Stream.Null;

    private async Task<GetObjectResponse?> SendAsync(string key, string? versionId, long offset, CancellationToken cancellationToken)
    {
        var request = new GetObjectRequest
        {
            BucketName = bucket.Name,
            Key = bucket.FullKey(key),
            VersionId = versionId,
            // From the first byte on too: without a range the SDK takes the ETag for an MD5, which it need not be, and throws when a reader
            // stops early.
            ByteRange = new ByteRange(string.Create(CultureInfo.InvariantCulture, $"bytes={offset}-")),
        };
        try
        {
            return await client.GetObjectAsync(request, cancellationToken);
        }
        catch (AmazonServiceException e) when (e.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return null;
        }
    }

    private StoreException? Fault(GetObjectResponse answer, long offset, string? etag)
    {
        var place = bucket.Settings.Place;
        if (LengthOf(answer) < 0)
            return new(
                StoreError.InvalidConfiguration,
                $"{place} does not say how many bytes an object has: a proxy in between changes its answers.");
        if (offset > 0 && RangeOf(answer)?.From != offset)
            return new(
                StoreError.InvalidConfiguration, $"{place} does not give back a part of an object when asked for one (range requests).");
        return etag is not null && answer.ETag != etag
            ? new(StoreError.StoreFailed, "The object was replaced by another one while it was being read.")
            : null;
    }

    private static ContentRangeHeaderValue? RangeOf(GetObjectResponse answer) =>
        answer.HttpStatusCode == HttpStatusCode.PartialContent && ContentRangeHeaderValue.TryParse(answer.ContentRange, out var range)
            ? range
            : null;
}
