using BackupApp.Destinations.S3;

namespace BackupApp.Destinations;

/// <summary>Where in S3. See the properties of <see cref="StorageDestination"/>.</summary>
public sealed record S3Location(
    string? Endpoint,
    string? Region,
    string? Bucket,
    string Prefix,
    bool ForcePathStyle,
    string? PublicEndpoint,
    ServerSideEncryption Encryption,
    string? KmsKeyId,
    int? MaxParts = null,
    bool AppendOnly = false)
{
    public const int FewestParts = 10;
    public const int MostParts = 10_000;

    /// <summary>What stores without regions expect to be signed.</summary>
    public const string DefaultRegion = "us-east-1";

    /// <summary>It becomes a part of AWS's host names and of each signature.</summary>
    public static bool IsRegion(string text) =>
        text.Length is > 0 and <= 64 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    public static readonly S3Location None = new(null, null, null, "", false, null, ServerSideEncryption.None, null);

    /// <summary>10,000 at AWS and nearly everywhere; Scaleway takes a tenth of that.</summary>
    public int PartsOfOneUpload =>
        MaxParts
        ?? (
            Uri.TryCreate(Endpoint, UriKind.Absolute, out var uri) && uri.Host.EndsWith(".scw.cloud", StringComparison.OrdinalIgnoreCase)
                ? 1000
                : MostParts);
}
