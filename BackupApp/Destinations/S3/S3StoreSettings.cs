namespace BackupApp.Destinations.S3;

/// <summary>How the store encrypts what it keeps.</summary>
public enum ServerSideEncryption
{
    /// <summary>Whatever the bucket does by default.</summary>
    None,

    /// <summary>With the store's own key (AES256).</summary>
    SseS3,

    /// <summary>With a key of the key management service.</summary>
    SseKms,
}

/// <summary>Where an S3 bucket is and how to sign for it, secrets in clear: lives only in memory.</summary>
/// <param name="Endpoint">Null for AWS; else the store's address, for example <c>http://minio:9000</c>.</param>
/// <param name="Region">Signed into every request. With AWS it also chooses the endpoint.</param>
/// <param name="Prefix">Put before every key; slashes at either end do not matter.</param>
/// <param name="AccessKeyId">Null together with <paramref name="SecretAccessKey"/> when <paramref name="UseServerCredentials"/>.</param>
/// <param name="ForcePathStyle">The bucket is in the path rather than in the host name, as most self-hosted stores want.</param>
/// <param name="PublicEndpoint">What download links are signed for, when browsers reach the store by another address.</param>
/// <param name="KmsKeyId">For <see cref="ServerSideEncryption.SseKms"/>; null is the account's default key.</param>
/// <param name="UseServerCredentials">
/// Without keys, take the identity of the machine (AWS default chain). Only for storage that whoever runs the server configured: a user's
/// destination would borrow the server's rights.
/// </param>
/// <param name="AllowLinkLocal">See <see cref="OutboundHosts"/>.</param>
/// <param name="AppendOnly">
/// The bucket is one that these keys cannot delete in, or that keeps its objects for a time.
/// Uploads carry Content-MD5, which AWS demands where objects are locked.
/// </param>
/// <param name="MaxParts">Most parts of one upload: 10,000 at AWS and most others, 1,000 at Scaleway.</param>
public sealed record S3StoreSettings(
    Uri? Endpoint,
    string Region,
    string Bucket,
    string Prefix = "",
    string? AccessKeyId = null,
    string? SecretAccessKey = null,
    bool ForcePathStyle = false,
    Uri? PublicEndpoint = null,
    ServerSideEncryption Encryption = ServerSideEncryption.None,
    string? KmsKeyId = null,
    bool UseServerCredentials = false,
    bool AllowLinkLocal = false,
    bool AppendOnly = false,
    int MaxParts = S3Location.MostParts)
{
    public bool HasKeys => AccessKeyId is not null;

    /// <summary>The place in words, for messages.</summary>
    public string Place => Endpoint is null ? $"AWS ({Region})" : Show(Endpoint) + Endpoint.AbsolutePath.TrimEnd('/');

    /// <exception cref="StoreException"><see cref="StoreError.InvalidConfiguration"/> with what to correct.</exception>
    public S3StoreSettings Validate()
    {
        var fault = FirstFault();
        return fault is null ? this : throw new StoreException(StoreError.InvalidConfiguration, fault);
    }

    /// <summary>Scheme, host and port only: a user name or query that somebody pasted never reaches a message.</summary>
    internal static string Show(Uri endpoint) => endpoint.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);

    // A record prints all its members; this one must never print its secrets.
    public override string ToString() => $"s3://{Bucket}/{Prefix} at {Place}";

    private string? FirstFault() => this switch
    {
        { Bucket: "" } => "The bucket's name is missing.",
        _ when Bucket.Contains('/', StringComparison.Ordinal) => "The bucket's name cannot hold a slash: put folders into the prefix.",
        { Region: "" } => "The region is missing: use us-east-1 for a store that has none.",
        _ when !S3Location.IsRegion(Region) => "The region is not a name such as eu-central-1.",
        { MaxParts: < S3Location.FewestParts or > S3Location.MostParts } => "The number of parts must be between 10 and 10,000.",
        _ when !IsWeb(Endpoint) => "The endpoint must be an address like https://s3.example.com.",
        _ when !IsWeb(PublicEndpoint) => "The public endpoint must be an address like https://s3.example.com.",
        _ when string.IsNullOrEmpty(AccessKeyId) != string.IsNullOrEmpty(SecretAccessKey) =>
            "The access key id and the secret access key belong together.",
        _ when string.IsNullOrEmpty(AccessKeyId) && !UseServerCredentials => "The access key id and the secret access key are missing.",
        _ => null,
    };

    private static bool IsWeb(Uri? endpoint) =>
        endpoint is null
        || (endpoint.IsAbsoluteUri && endpoint.Scheme is "http" or "https" && endpoint is { Query: "", Fragment: "", UserInfo: "" });
}
