using System.Net;
using System.Net.Http.Headers;
using BackupApp.Destinations.S3;
using BackupApp.Network;

namespace BackupApp.Destinations;

/// <summary>Follows a download link as a browser does that resumes.</summary>
/// <param name="allowLinkLocal">See <see cref="OutboundHosts"/>.</param>
internal sealed class LinkCheck(bool allowLinkLocal)
{
    private const int RangeStart = 1000;
    private const int RangeEnd = 1999;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(8);

    /// <param name="content">Of the whole object.</param>
    /// <exception cref="StoreException">The link does not give back the part that was asked for.</exception>
    public async Task RunAsync(Uri link, byte[] content, CancellationToken cancellationToken)
    {
        var host = S3StoreSettings.Show(link);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            await FollowAsync(link, host, content, limit.Token);
        }
        catch (HttpRequestException e) when (e.InnerException is HostRefusedException refused)
        {
            throw new StoreException(StoreError.InvalidConfiguration, refused.Message, e);
        }
        catch (HttpRequestException e)
        {
            var error = e.HttpRequestError == HttpRequestError.SecureConnectionError ? StoreError.TlsError : StoreError.Unreachable;
            throw new StoreException(error, $"A download link to {host} could not be opened from this server ({e.HttpRequestError}).", e);
        }
        catch (IOException e)
        {
            throw new StoreException(StoreError.Unreachable, $"A download link to {host} was answered in part only.", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StoreException(StoreError.Timeout, $"A download link to {host} was not answered in time.", e);
        }
    }

    private async Task FollowAsync(Uri link, string host, byte[] content, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(OutboundHttp.CreateHandler(allowLinkLocal, TimeSpan.FromSeconds(5), maxConnections: 1));
        using var request = new HttpRequestMessage(HttpMethod.Get, link);
        request.Headers.Range = new RangeHeaderValue(RangeStart, RangeEnd);
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (answer.StatusCode is not (HttpStatusCode.PartialContent or HttpStatusCode.OK))
            throw new StoreException(StoreError.AccessDenied, $"A download link to {host} was answered with {(int)answer.StatusCode}.");
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        // One byte more than was asked for tells as much as all that a strange server might send.
        var part = new byte[RangeEnd + 1 - RangeStart + 1];
        var read = await body.ReadAtLeastAsync(part, part.Length, throwOnEndOfStream: false, cancellationToken);
        var asked = content.AsSpan(RangeStart..(RangeEnd + 1));
        if (answer.StatusCode != HttpStatusCode.PartialContent || !part.AsSpan(0, read).SequenceEqual(asked))
            throw new StoreException(
                StoreError.StoreFailed, $"A download link to {host} gave other bytes than the part that was asked for.");
    }
}
