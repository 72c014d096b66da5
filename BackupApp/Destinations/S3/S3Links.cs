using Amazon.S3;
using Amazon.S3.Model;

namespace BackupApp.Destinations.S3;

/// <summary>
/// Signs download links. The host is part of the signature, so a public endpoint needs a client of its own, which never connects.
/// </summary>
internal sealed class S3Links(S3StoreSettings settings, AmazonS3Client client, HttpClient http, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(7); // beyond it the SDK silently falls back to the outdated SigV2

    private readonly Uri? _endpoint = settings.PublicEndpoint ?? settings.Endpoint;
    private readonly AmazonS3Client? _publicClient = settings.PublicEndpoint is { } endpoint
        ? S3Client.Create(settings, endpoint, http)
        : null;

    public Uri Create(string fullKey, string? versionId, string fileName, string contentType, TimeSpan lifetime)
    {
        var clamped = TimeSpan.FromTicks(Math.Clamp(lifetime.Ticks, TimeSpan.TicksPerSecond, Longest.Ticks));
        var request = new GetPreSignedUrlRequest
        {
            BucketName = settings.Bucket,
            Key = fullKey,
            VersionId = versionId,
            Verb = HttpVerb.GET,
            Expires = (time.GetUtcNow() + clamped).UtcDateTime,
            // The SDK says https whatever the endpoint says.
            Protocol = _endpoint?.Scheme == Uri.UriSchemeHttp ? Protocol.HTTP : Protocol.HTTPS,
        };
        request.ResponseHeaderOverrides.ContentDisposition = S3Client.Attachment(fileName);
        request.ResponseHeaderOverrides.ContentType = contentType;
        return new Uri((_publicClient ?? client).GetPreSignedURL(request));
    }

    public void Dispose() => _publicClient?.Dispose();
}
