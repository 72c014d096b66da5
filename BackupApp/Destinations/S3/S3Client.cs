using System.Text;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;

namespace BackupApp.Destinations.S3;

/// <summary>Makes SDK clients that every S3-compatible store understands.</summary>
internal static class S3Client
{
    public static AmazonS3Client Create(S3StoreSettings settings, Uri? endpoint, HttpClient http)
    {
        var config = new AmazonS3Config
        {
            ForcePathStyle = settings.ForcePathStyle,
            AuthenticationRegion = settings.Region,
            // The SDK's newer default checksums travel in trailers, which Ceph, R2 and many others reject. The backup has its own SHA-256.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            // S3Calls tries again, with an overall deadline.
            MaxErrorRetry = 0,
            Timeout = Timeout.InfiniteTimeSpan,
            BufferSize = 128 * 1024,
            HttpClientFactory = new OneClient(http),
        };
        if (endpoint is null)
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(settings.Region);
        else
            config.ServiceURL = endpoint.AbsoluteUri.TrimEnd('/');
        return settings.HasKeys
            ? new AmazonS3Client(new BasicAWSCredentials(settings.AccessKeyId, settings.SecretAccessKey), config)
            : new AmazonS3Client(config);
    }

    /// <summary>For lists, confirmations and errors, which are read as a whole: see <see cref="AnswerLimit"/>.</summary>
    /// <param name="streamsObjects">Good answers are objects, of any size.</param>
    public static HttpClient CreateHttp(HttpMessageHandler connections, S3StoreSettings settings, bool streamsObjects = false) =>
        new(new AnswerLimit(connections, settings, streamsObjects), disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>RFC 6266: a plain name for old clients, and the real one percent-encoded as in RFC 5987.</summary>
    public static string Attachment(string fileName)
    {
        var plain = new StringBuilder();
        foreach (var c in fileName)
            plain.Append(c is < ' ' or > '~' or '"' or '\\' or '%' or '/' ? '_' : c);
        return $"attachment; filename=\"{plain}\"; filename*=UTF-8''{Uri.EscapeDataString(fileName)}";
    }

    // The store owns the connections: they end with it, not with a cache inside the SDK.
    private sealed class OneClient(HttpClient http) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => http;

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;
    }
}
