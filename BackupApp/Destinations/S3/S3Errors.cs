using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Amazon.Runtime;
using BackupApp.Network;

namespace BackupApp.Destinations.S3;

/// <summary>
/// Turns whatever the SDK throws into a <see cref="StoreException"/>: by error code, status and exception type, never by message text,
/// which differs from store to store.
/// </summary>
internal sealed class S3Errors(S3StoreSettings settings)
{
    private static readonly HashSet<string> TransientCodes = new(StringComparer.Ordinal)
    {
        "SlowDown", "ServiceUnavailable", "InternalError", "RequestTimeout", "RequestTimeoutException", "Throttling", "ThrottlingException",
        "TooManyRequests", "RequestLimitExceeded", "OperationAborted", "BadDigest", "IncompleteBody",
    };

    public string BucketNotFound => $"The bucket '{settings.Bucket}' does not exist at {settings.Place}: create it or correct the name.";

    public string NotS3 =>
        $"{settings.Place} does not answer like an S3 store: correct the endpoint, whose port is often not the web console's.";

    public string UploadLost =>
        $"{settings.Place} no longer knows the upload: something else aborted it, or a lifecycle rule of the bucket did.";

    /// <summary>The same request may well succeed a moment later.</summary>
    public static bool IsTransient(Exception exception)
    {
        if (Find<HostRefusedException>(exception) is not null || IsTls(exception))
            return false;
        if (exception is OperationCanceledException)
            return true; // the caller's own cancellation was looked at before
        if (Find<AmazonServiceException>(exception) is { StatusCode: not 0 } answer)
            return IsTransient(answer);
        return Find<HttpRequestException>(exception) is not null || Find<IOException>(exception) is not null
            || Find<SocketException>(exception) is not null || Find<TimeoutException>(exception) is not null;
    }

    /// <summary>
    /// A 400 without S3's explanation. It may be the answer to another request: a store that refuses an upload before it has
    /// read all of it may take the rest for the next request on that connection. Worth one more try, on another connection.
    /// </summary>
    public static bool MayBeMisread(Exception exception) =>
        Find<AmazonServiceException>(exception) is { StatusCode: HttpStatusCode.BadRequest } answer
        && answer.ErrorCode is null or "" or nameof(HttpStatusCode.BadRequest);

    /// <summary>The error as the user reads it. A <see cref="StoreException"/> stays as it is.</summary>
    public StoreException Map(Exception exception)
    {
        if (Find<StoreException>(exception) is { } known)
            return known;
        if (Find<HostRefusedException>(exception) is { } refused)
            return new StoreException(StoreError.InvalidConfiguration, refused.Message, exception);
        var (error, message) = exception switch
        {
            _ when IsTls(exception) => (StoreError.TlsError,
                $"The certificate of {settings.Place} could not be trusted: "
                + "correct it, or add its authority to this server's trusted certificates."),
            AmazonServiceException { StatusCode: not 0 } answer => FromAnswer(answer),
            OperationCanceledException or TimeoutException => (StoreError.Timeout,
                $"{settings.Place} did not answer in time: check that it is running and that no firewall holds the connection back."),
            _ => FromNetwork(exception),
        };
        return new StoreException(error, message, exception);
    }

    private static bool IsTransient(AmazonServiceException answer) =>
        answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout
        || (answer.StatusCode >= HttpStatusCode.InternalServerError
            && answer.StatusCode is not (HttpStatusCode.NotImplemented or HttpStatusCode.InsufficientStorage))
        || TransientCodes.Contains(answer.ErrorCode ?? "");

    // These say by their number what refuses and why, whatever page a proxy puts around it.
    private (StoreError, string) FromAnswer(AmazonServiceException answer) => answer.StatusCode switch
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
        "NoSuchBucket" => (StoreError.BucketNotFound, BucketNotFound),
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
        "NoSuchUpload" => (StoreError.UploadLost, UploadLost),
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
        < HttpStatusCode.BadRequest or HttpStatusCode.MethodNotAllowed => (StoreError.InvalidConfiguration, NotS3),
        _ => (StoreError.StoreFailed,
            $"{settings.Place} answered {(int)answer.StatusCode} {answer.ErrorCode}: look into the store's own log."),
    };

    private (StoreError, string) FromNetwork(Exception exception)
    {
        if (Find<HttpRequestException>(exception)?.HttpRequestError == HttpRequestError.NameResolutionError
            || Find<SocketException>(exception)?.SocketErrorCode is SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData)
            return (
                StoreError.Unreachable,
                $"The name of {settings.Place} cannot be resolved: correct the endpoint or check this server's DNS.");
        if (Find<SocketException>(exception)?.SocketErrorCode == SocketError.ConnectionRefused)
            return (StoreError.Unreachable, $"{settings.Place} refused the connection: check the port and that the store is running.");
        if (Find<HttpRequestException>(exception) is not null
            || Find<IOException>(exception) is not null
            || Find<SocketException>(exception) is not null)
            return (
                StoreError.Unreachable,
                $"The connection to {settings.Place} was lost or could not be made: check the network and the endpoint.");
        // Without an answer and without a network error the SDK never got as far as sending: it found no identity of the machine.
        return exception is AmazonClientException or AmazonServiceException && !settings.HasKeys
            ? (StoreError.InvalidCredentials, "This server has no AWS identity: give keys, or attach a role to the machine.")
            : (StoreError.StoreFailed, $"The request to {settings.Place} failed ({exception.GetType().Name}).");
    }

    private static bool IsTls(Exception exception) =>
        Find<AuthenticationException>(exception) is not null
        || Find<HttpRequestException>(exception)?.HttpRequestError == HttpRequestError.SecureConnectionError;

    private static T? Find<T>(Exception? exception)
        where T : Exception
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is T wanted)
                return wanted;
        }
        return null;
    }
}
