using System.Text;
using BackupApp.Network;
using Microsoft.Extensions.Options;

namespace BackupApp.Alerts;

/// <summary>
/// Sends to addresses that users typed: no refused hosts, no redirects, and an answer is read only as far as it is shown.
/// </summary>
public sealed class AlertHttp : IDisposable
{
    /// <summary>Bytes of an answer that are read.</summary>
    public const int LongestAnswer = 2048;

    private static readonly TimeSpan Connect = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Whole = TimeSpan.FromSeconds(15);

    private readonly HttpClient _http;

    public AlertHttp(IOptions<NetworkOptions> network) =>
        _http = new HttpClient(OutboundHttp.CreateHandler(network.Value.AllowLinkLocal, Connect, 4))
        {
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestHeaders = { { "User-Agent", "BackupApp" } },
        };

    /// <summary>
    /// Only 2xx is success; of the body at most <see cref="LongestAnswer"/> bytes are read, and for at most fifteen seconds in
    /// all.
    /// </summary>
    public Task<ChannelAnswer> PostAsync(
        string url, HttpContent content, IReadOnlyDictionary<string, string> headers, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, url, content, headers, cancellationToken);

    /// <inheritdoc cref="PostAsync"/>
    public async Task<ChannelAnswer> SendAsync(
        HttpMethod method, string url, HttpContent? content, IReadOnlyDictionary<string, string> headers,
        CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Whole);
        using var request = new HttpRequestMessage(method, url) { Content = content };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        try
        {
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            var status = (int)answer.StatusCode;
            var text = await ReadAsync(answer, limit.Token);
            return new ChannelAnswer(
                answer.IsSuccessStatusCode, $"HTTP {status} {text}".TrimEnd(), RetryAfter(answer),
                IsGone: status == StatusCodes.Status410Gone);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ChannelAnswer(false, $"It did not answer within {Whole.TotalSeconds:0} seconds.");
        }
        catch (HttpRequestException e)
        {
            // The address is a secret, and some messages hold it; the innermost says what the network said.
            var inner = e.GetBaseException();
            return new ChannelAnswer(false, inner is HostRefusedException refused ? $"{refused.Message} {refused.Advice}"
                : $"It was not reached: {e.HttpRequestError}.");
        }
    }

    public void Dispose() => _http.Dispose();

    private static TimeSpan? RetryAfter(HttpResponseMessage answer) =>
        answer.Headers.RetryAfter is { } header ? header.Delta ?? header.Date - DateTimeOffset.UtcNow : null;

    private static async Task<string> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[LongestAnswer];
        var read = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        var text = Encoding.UTF8.GetString(buffer, 0, read);
        return new string([.. text.Where(c => !char.IsControl(c))]);
    }
}
