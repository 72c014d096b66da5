using System.ComponentModel.DataAnnotations;
using BackupApp.Destinations.S3;

namespace BackupApp.Destinations;

/// <summary>
/// Section <c>BackupApp:ManagedStorage</c>: the storage that the server's operator provides.
/// Without a bucket it is a folder of this server.
/// </summary>
public sealed class ManagedStorageOptions : IValidatableObject
{
    /// <summary>Absolute, or relative to the data directory.</summary>
    public string Folder { get; set; } = "backups";

    public string? Endpoint { get; set; }

    public string? Region { get; set; }

    public string? Bucket { get; set; }

    public string Prefix { get; set; } = "";

    /// <summary>Without keys the machine's own AWS identity is used, which added destinations never may.</summary>
    public string? AccessKeyId { get; set; }

    public string? SecretAccessKey { get; set; }

    public bool ForcePathStyle { get; set; }

    public string? PublicEndpoint { get; set; }

    public ServerSideEncryption Encryption { get; set; }

    public string? KmsKeyId { get; set; }

    /// <summary>See <see cref="StorageDestination.AppendOnly"/>.</summary>
    public bool AppendOnly { get; set; }

    /// <summary>Null = as the endpoint is known to take.</summary>
    [Range(S3Location.FewestParts, S3Location.MostParts)]
    public int? MaxParts { get; set; }

    /// <summary>Bucket or prefix are others than before because everything was copied to the new place.</summary>
    public bool IsMoved { get; set; }

    public S3Location? Location => string.IsNullOrEmpty(Bucket)
        ? null
        : new S3Location(
            Endpoint,
            Region ?? S3Location.DefaultRegion,
            Bucket,
            Prefix,
            ForcePathStyle,
            PublicEndpoint,
            Encryption,
            KmsKeyId,
            MaxParts,
            AppendOnly);

    public S3Keys? Keys =>
        string.IsNullOrEmpty(AccessKeyId) || string.IsNullOrEmpty(SecretAccessKey) ? null : new S3Keys(AccessKeyId, SecretAccessKey);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrEmpty(Bucket) && !string.IsNullOrEmpty(Endpoint))
            yield return new ValidationResult(
                "BackupApp__ManagedStorage__Bucket is missing: an endpoint alone does not say where to store.",
                [nameof(Bucket)]);
        if (string.IsNullOrEmpty(AccessKeyId) != string.IsNullOrEmpty(SecretAccessKey))
            yield return new ValidationResult(
                "BackupApp__ManagedStorage__AccessKeyId and __SecretAccessKey belong together.",
                [nameof(AccessKeyId)]);
    }
}
