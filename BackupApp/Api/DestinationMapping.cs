using BackupApp.Api.Requests;
using BackupApp.Destinations;
using BackupApp.Destinations.S3;

namespace BackupApp.Api;

/// <summary>Destinations between the API's fields and the input that the pages fill in too.</summary>
internal static class DestinationMapping
{
    private const string Standard = "STANDARD";

    public static readonly FieldNames Names = new(
        (nameof(S3DestinationInput.Endpoint), "endpointUrl"),
        (nameof(S3DestinationInput.PublicEndpoint), "publicEndpointUrl"),
        (nameof(S3DestinationInput.Encryption), "encryptionMode"));

    public static S3DestinationInput ToInput(this CreateDestinationRequest request)
    {
        var input = new S3DestinationInput
        {
            Name = request.Name,
            Bucket = request.Bucket,
            Prefix = request.Prefix,
            AccessKeyId = request.AccessKeyId,
            SecretAccessKey = request.SecretAccessKey,
        };
        return Apply(request, input);
    }

    public static S3DestinationInput ToInput(this UpdateDestinationRequest request, StorageDestination destination)
    {
        var input = S3DestinationInput.From(destination);
        input.Name = request.Name ?? input.Name;
        input.Prefix = request.Prefix ?? input.Prefix;
        (input.AccessKeyId, input.SecretAccessKey) = (request.AccessKeyId, request.SecretAccessKey);
        return Apply(request, input);
    }

    /// <summary>Names what is asked for and not offered.</summary>
    public static void CheckOffered(this DestinationFields request, Dictionary<string, string> problems)
    {
        if (request.EncryptionMode == PolicyEncryption.ClientSide)
            problems["encryptionMode"] = "client-side is not offered; use none, sse-s3 or sse-kms.";
        if (request.StorageClass is { Length: > 0 } storageClass && storageClass != Standard)
            problems["storageClass"] = $"Only {Standard} is offered.";
    }

    public static DestinationResponse ToResponse(this StorageDestination destination)
    {
        var folder = destination.Kind == DestinationKind.Folder;
        return new DestinationResponse(
            destination.Id,
            destination.Name,
            folder ? "folder" : "s3",
            destination.IsManaged,
            true,
            destination.Bucket,
            destination.Prefix is "" ? null : destination.Prefix,
            destination.Region,
            destination.Endpoint,
            destination.PublicEndpoint,
            destination.ForcePathStyle,
            destination.Encryption.ToApi(),
            destination.KmsKeyId,
            Standard,
            destination.LastTest?.Ok == true ? destination.LastTest.TestedAt : null,
            destination.CreatedAt,
            destination.UpdatedAt,
            destination.AppendOnly);
    }

    public static DestinationTestResponse ToResponse(this DestinationTestRecord test) => new(
        test.Ok,
        test.LatencyMs,
        test.TestedAt,
        test.Ok ? null : test.Code,
        test.Ok ? null : $"{test.Message} {test.Advice}".TrimEnd(),
        test.KeepsVersions,
        test.CannotDelete,
        test.LockMode,
        test.LockedUntil,
        test.LeftBehind);

    private static S3DestinationInput Apply(DestinationFields request, S3DestinationInput input)
    {
        input.Endpoint = request.EndpointUrl ?? input.Endpoint;
        input.Region = request.Region ?? input.Region;
        input.ForcePathStyle = request.ForcePathStyle ?? input.ForcePathStyle;
        input.PublicEndpoint = request.PublicEndpointUrl ?? input.PublicEndpoint;
        input.AppendOnly = request.AppendOnly ?? input.AppendOnly;
        input.KmsKeyId = request.KmsKeyId ?? input.KmsKeyId;
        input.Encryption = request.EncryptionMode switch
        {
            PolicyEncryption.None => ServerSideEncryption.None,
            PolicyEncryption.SseS3 => ServerSideEncryption.SseS3,
            PolicyEncryption.SseKms => ServerSideEncryption.SseKms,
            _ => input.Encryption,
        };
        return input;
    }
}
