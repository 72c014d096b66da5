using System.Net.Sockets;
using Amazon.Runtime;
using BackupApp.Network;

namespace BackupApp.Destinations.S3;

/// <summary>
/// Turns whatever the SDK throws into a <see cref="StoreException"/>: by error code, status and exception type, never by message text,
/// which differs from store to store.
/// </summary>
internal sealed class S3Errors(S3StoreSettings settings)
{
    public string BucketNotFound => $"The bucket '{settings.Bucket}' does not exist at {settings.Place}: create it or correct the name.";

    public string NotS3 =>
        $"{settings.Place} does not answer like an S3 store: correct the endpoint, whose port is often not the web console's.";

    public string UploadLost =>
        $"{settings.Place} no longer knows the upload: something else aborted it, or a lifecycle rule of the bucket did.";

    /// <summary>The error as the user reads it. A <see cref="StoreException"/> stays as it is.</summary>
    public StoreException Map(Exception exception)
    {
        if (S3Failures.Find<StoreException>(exception) is { } known)
            return known;
        if (S3Failures.Find<HostRefusedException>(exception) is { } refused)
            return new StoreException(StoreError.InvalidConfiguration, refused.Message, exception);
        var (error, message) = exception switch
        {
            _ when S3Failures.IsTls(exception) => (StoreError.TlsError,
                $"The certificate of {settings.Place} could not be trusted: "
                + "correct it, or add its authority to this server's trusted certificates."),
            AmazonServiceException { StatusCode: not 0 } answer => new S3Answers(settings, this).Of(answer),
            OperationCanceledException or TimeoutException => (StoreError.Timeout,
                $"{settings.Place} did not answer in time: check that it is running and that no firewall holds the connection back."),
            _ => FromNetwork(exception),
        };
        return new StoreException(error, message, exception);
    }

    private (StoreError, string) FromNetwork(Exception exception)
    {
        var socket = S3Failures.Find<SocketException>(exception)?.SocketErrorCode;
        if (S3Failures.Find<HttpRequestException>(exception)?.HttpRequestError == HttpRequestError.NameResolutionError
            || socket is SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData)
            return (
                StoreError.Unreachable,
                $"The name of {settings.Place} cannot be resolved: correct the endpoint or check this server's DNS.");
        if (socket == SocketError.ConnectionRefused)
            return (StoreError.Unreachable, $"{settings.Place} refused the connection: check the port and that the store is running.");
        if (S3Failures.Find<HttpRequestException>(exception) is not null
            || S3Failures.Find<IOException>(exception) is not null
            || socket is not null)
            return (
                StoreError.Unreachable,
                $"The connection to {settings.Place} was lost or could not be made: check the network and the endpoint.");
        // Without an answer and without a network error the SDK never got as far as sending: it found no identity of the machine.
        return exception is AmazonClientException or AmazonServiceException && !settings.HasKeys
            ? (StoreError.InvalidCredentials, "This server has no AWS identity: give keys, or attach a role to the machine.")
            : (StoreError.StoreFailed, $"The request to {settings.Place} failed ({exception.GetType().Name}).");
    }
}
