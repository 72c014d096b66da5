using System.ComponentModel;
using System.Text.Json.Serialization;

namespace BackupApp.Api;

/// <summary>What a destination and its changes have in common.</summary>
public abstract class DestinationFields
{
    [Description("Such as `https://s3.example.com`; absent for AWS.")]
    public string? EndpointUrl { get; init; }

    [Description("Free text, as the store spells it.")]
    public string? Region { get; init; }

    public bool? ForcePathStyle { get; init; }

    [Description("`client-side` is not offered.")]
    public PolicyEncryption? EncryptionMode { get; init; }

    [Description("With `sse-kms`; absent: the account's default key.")]
    public string? KmsKeyId { get; init; }

    [Description("Only `STANDARD` is offered.")]
    public string? StorageClass { get; init; }

    [Description("The address that download links carry where the endpoint is internal.")]
    public string? PublicEndpointUrl { get; init; }

    [Description(
        "Deleting may be refused there (object lock, keys without that right): "
        + "retention is the bucket's, and what expires is only hidden.")]
    public bool? AppendOnly { get; init; }
}

public sealed class CreateDestinationRequest : DestinationFields
{
    [JsonRequired]
    [Description("1 to 100 characters, unique.")]
    public string? Name { get; init; }

    [JsonRequired]
    [Description("Any S3-compatible store: `aws`, `r2`, `b2`, `minio` … It has no effect here.")]
    public string? Type { get; init; }

    [JsonRequired]
    public string? Bucket { get; init; }

    [Description("A folder in the bucket.")]
    public string? Prefix { get; init; }

    [JsonRequired]
    public string? AccessKeyId { get; init; }

    [JsonRequired]
    public string? SecretAccessKey { get; init; }
}

public sealed class UpdateDestinationRequest : DestinationFields
{
    public string? Name { get; init; }

    public string? Prefix { get; init; }

    [Description("With `secretAccessKey`; both are needed when the endpoint changes.")]
    public string? AccessKeyId { get; init; }

    public string? SecretAccessKey { get; init; }
}

public sealed class EnsureManagedRequest
{
    [JsonRequired]
    [Description("Free text; it has no effect here: the server has one storage of its own.")]
    public string? Region { get; init; }
}

public enum Ownership
{
    All,
    Managed,
    Byo,
}

public sealed record CreateDestinationResponse(Guid Id, DateTimeOffset? LastVerifiedAt);

/// <param name="Type"><c>s3</c>, or <c>folder</c> for a folder of the server.</param>
/// <param name="Region">Empty for a folder.</param>
/// <param name="LastVerifiedAt">Absent when the last test failed, or before the first.</param>
public sealed record DestinationResponse(
    Guid Id,
    string Name,
    string Type,
    bool IsManaged,
    bool IsActive,
    string? Bucket,
    string? Prefix,
    string? Region,
    string? EndpointUrl,
    string? PublicEndpointUrl,
    bool ForcePathStyle,
    PolicyEncryption EncryptionMode,
    string? KmsKeyId,
    string StorageClass,
    DateTimeOffset? LastVerifiedAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    bool AppendOnly);

/// <param name="ErrorCode">Absent when a backup could be stored, read, handed out and deleted.</param>
/// <param name="KeepsVersions">The bucket keeps old versions: what is only hidden is still billed.</param>
/// <param name="CannotDelete">Deleting was refused, which an append-only destination may.</param>
/// <param name="LockMode">How the bucket locks objects: GOVERNANCE or COMPLIANCE. Absent where it does not, or does not tell.</param>
/// <param name="LockedUntil">Of what the test stored.</param>
/// <param name="LeftBehind">What the test could not remove, as a sentence.</param>
public sealed record DestinationTestResponse(
    bool Ok,
    int LatencyMs,
    DateTimeOffset TestedAt,
    string? ErrorCode,
    string? ErrorMessage,
    bool KeepsVersions,
    bool CannotDelete,
    string? LockMode,
    DateTimeOffset? LockedUntil,
    string? LeftBehind);
