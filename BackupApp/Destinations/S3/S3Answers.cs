using System.Net;
using Amazon.Runtime;

namespace BackupApp.Destinations.S3;

/// <summary>What a store means when it refuses.</summary>
internal sealed class S3Answers(S3StoreSettings settings, S3Errors errors)
{
    // These say by their number what refuses and why, whatever page a proxy puts around it.
    public (StoreError Error, string Message) Of(AmazonServiceException answer) => answer.StatusCode switch
    {
        HttpStatusCode.RequestEntityTooLarge => (StoreError.RequestTooLarge,
            $"A request to {settings.Place} was refused as too large (413): a proxy before the store limits it. "
            + "Ask whoever runs that proxy to "
                + "allow bodies of 512 MiB, or at least of 16 MiB (nginx: client_max_body_size)."),
        HttpStatusCode.LengthRequired => (StoreError.LengthRequired,
            $"{settings.Place} asks for the length of a request (411), which BackupApp sends: "
            + "a proxy in between takes it away. Ask whoever runs "
                + "that proxy to pass Content-Length on."),
        HttpStatusCode.NotImplemented => (StoreError.NotImplemented,
            $"{settings.Place} cannot do what a backup needs (501), such as an upload in parts: "
            + "ask whoever runs the store, or choose another."),
        _ => FromCode(answer),
    };

    private (StoreError, string) FromCode(AmazonServiceException answer) => answer.ErrorCode switch
    {
        "NoSuchBucket" => (StoreError.BucketNotFound, errors.BucketNotFound),
        "InvalidAccessKeyId" or "InvalidClientTokenId" or "UnrecognizedClientException" => (StoreError.InvalidCredentials,
            $"{settings.Place} does not know the access key id: correct it."),
        "SignatureDoesNotMatch" or "AuthFailure" => (StoreError.InvalidCredentials,
            $"{settings.Place} rejected the signature: correct the secret access key. "
            + "If it is right, a proxy in between rewrites the Host header, "
                + "which is signed: ask whoever runs that proxy to pass it on as it came (nginx: proxy_set_header Host $http_host)."),
        "ExpiredToken" or "InvalidToken" or "TokenRefreshRequired" => (StoreError.InvalidCredentials,
            $"The credentials for {settings.Place} are no longer valid: renew them."),
        "AccessDenied" or "AllAccessDisabled" or "AccountProblem" or "InvalidObjectState" => (StoreError.AccessDenied,
            $"{settings.Place} refused access to the bucket '{settings.Bucket}': allow these keys to list, read, write and delete in it."),
        "RequestTimeTooSkewed" or "RequestExpired" or "RequestInTheFuture" => (StoreError.ClockSkew,
            $"The clocks of this server and {settings.Place} differ too much: set this server's clock."),
        "PermanentRedirect" or "TemporaryRedirect" or "AuthorizationHeaderMalformed" or "IllegalLocationConstraintException" => (
            StoreError.WrongRegion,
            $"The bucket '{settings.Bucket}' is not in region '{settings.Region}': correct the region or the endpoint."),
        "ObjectLocked" => (StoreError.AccessDenied,
            $"The bucket '{settings.Bucket}' locks its objects: they cannot be deleted before their time."),
        "InvalidRequest" or "MissingContentMD5" or "InvalidDigest" => (StoreError.RequestRefused,
            $"{settings.Place} does not accept this request ({answer.ErrorCode}): look into the store's own log."),
        "NoSuchUpload" => (StoreError.UploadLost, errors.UploadLost),
        "NoSuchKey" or "NoSuchVersion" => (StoreError.ObjectNotFound,
            $"The object is no longer in the bucket '{settings.Bucket}'."),
        "EntityTooLarge" => (StoreError.TooLarge,
            $"{settings.Place} does not accept objects of this size."),
        "QuotaExceeded" or "XMinioStorageFull" or "XMinioAdminBucketQuotaExceeded" or "InsufficientStorage" => (
            StoreError.InsufficientSpace,
            $"{settings.Place} has no room left for the bucket '{settings.Bucket}': free some or raise its quota."),
        "InvalidBucketName" => (StoreError.InvalidConfiguration,
            $"'{settings.Bucket}' is not a valid name of a bucket: correct it."),
        { } code when code.StartsWith("KMS.", StringComparison.Ordinal) => (StoreError.InvalidConfiguration,
            $"The encryption key of the bucket '{settings.Bucket}' cannot be used ({code}): check the key id and the right to use it."),
        _ => FromStatus(answer),
    };

    // HEAD answers have no body and so no code of their own.
    private (StoreError, string) FromStatus(AmazonServiceException answer) => answer.StatusCode switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => (StoreError.AccessDenied,
            $"{settings.Place} refused access to the bucket '{settings.Bucket}': check the keys and what they are allowed to do."),
        HttpStatusCode.NotFound => (StoreError.ObjectNotFound,
            $"The object is not in the bucket '{settings.Bucket}' at {settings.Place}."),
        HttpStatusCode.MovedPermanently or HttpStatusCode.TemporaryRedirect => (StoreError.WrongRegion,
            $"The bucket '{settings.Bucket}' is somewhere else than '{settings.Region}': correct the region or the endpoint."),
        HttpStatusCode.InsufficientStorage => (StoreError.InsufficientSpace,
            $"{settings.Place} has no room left: free some or raise its quota."),
        // A web page instead of XML: the port of the store's console, or a proxy in between.
        < HttpStatusCode.BadRequest or HttpStatusCode.MethodNotAllowed => (StoreError.InvalidConfiguration, errors.NotS3),
        _ => (StoreError.StoreFailed,
            $"{settings.Place} answered {(int)answer.StatusCode} {answer.ErrorCode}: look into the store's own log."),
    };
}
