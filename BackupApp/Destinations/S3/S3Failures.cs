using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Amazon.Runtime;
using BackupApp.Network;

namespace BackupApp.Destinations.S3;

/// <summary>What an exception of the SDK is about, and whether it passes.</summary>
internal static class S3Failures
{
    private static readonly HashSet<string> TransientCodes = new(StringComparer.Ordinal)
    {
        "SlowDown", "ServiceUnavailable", "InternalError", "RequestTimeout", "RequestTimeoutException", "Throttling", "ThrottlingException",
        "TooManyRequests", "RequestLimitExceeded", "OperationAborted", "BadDigest", "IncompleteBody",
    };

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

    private static bool IsTransient(AmazonServiceException answer) =>
        answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout
        || (answer.StatusCode >= HttpStatusCode.InternalServerError
            && answer.StatusCode is not (HttpStatusCode.NotImplemented or HttpStatusCode.InsufficientStorage))
        || TransientCodes.Contains(answer.ErrorCode ?? "");

    public static bool IsTls(Exception exception) =>
        Find<AuthenticationException>(exception) is not null
        || Find<HttpRequestException>(exception)?.HttpRequestError == HttpRequestError.SecureConnectionError;

    public static T? Find<T>(Exception? exception)
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
