using System.Diagnostics;
using BackupApp.Alerts;
using BackupApp.Alerts.Channels;
using BackupApp.Network;
using BackupApp.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using StandardWebhooks;

namespace BackupApp.Tests.Alerts;

/// <summary>The channels that post, at a real receiver.</summary>
public sealed class HttpChannelTests : IDisposable
{
    private readonly TestReceiver _receiver = new();
    private readonly AlertHttp _http = new(Options.Create(new NetworkOptions()));
    private readonly AlertChannel _channel = AlertChannel.Create(ChannelKind.Webhook, isContract: false, Samples.Now);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_webhook_is_signed_as_an_independent_library_checks_it()
    {
        var secret = WebhookSender.NewSecret();
        var message = Samples.Message(Samples.Alert());

        var answer = await SendAsync(message, new ChannelSecrets(_receiver.Address.AbsoluteUri, Signing: secret));

        Assert.Equal((true, "HTTP 200 thank you"), (answer.Ok, answer.Excerpt));
        var request = Assert.Single(_receiver.Requests);
        Verify(secret, request);
        Assert.ThrowsAny<Exception>(() => Verify(WebhookSender.NewSecret(), request));
        Assert.ThrowsAny<Exception>(
            () => Verify(secret, request with { Body = request.Body.Replace("shop", "shap", StringComparison.Ordinal) }));
    }

    [Fact]
    public async Task After_a_rotation_both_secrets_fit_and_the_id_stays_the_same()
    {
        var (old, @new) = (WebhookSender.NewSecret(), WebhookSender.NewSecret());
        var message = Samples.Message(Samples.Alert());

        await SendAsync(message, new ChannelSecrets(_receiver.Address.AbsoluteUri, Signing: @new, OldSigning: old));
        await SendAsync(message, new ChannelSecrets(_receiver.Address.AbsoluteUri, Signing: @new, OldSigning: old));

        var signatures = _receiver.Requests[0].Headers["webhook-signature"].Split(' ');
        Verify(@new, Signed(_receiver.Requests[0], signatures[0]));
        Verify(old, Signed(_receiver.Requests[0], signatures[1]));
        Assert.Equal(_receiver.Requests[0].Headers["webhook-id"], _receiver.Requests[1].Headers["webhook-id"]);
    }

    [Fact]
    public async Task The_body_stays_below_20_kB_whatever_is_told()
    {
        var labels = Enumerable.Range(0, 20).Select(n => $"key{n}={new string('ü', 40)}").ToArray();
        var alerts = Enumerable.Range(0, 500)
            .Select(n => Samples.Alert(name: $"database number {n}") with { Labels = n % 2 == 0 ? labels : [] }).ToArray();

        await SendAsync(Samples.Message(alerts), new ChannelSecrets(_receiver.Address.AbsoluteUri));

        Assert.InRange(_receiver.Requests[0].Body.Length, 1000, 20_000);
    }

    [Theory]
    [InlineData(302)]
    [InlineData(404)]
    [InlineData(500)]
    public async Task Only_2xx_is_success_and_no_redirect_is_followed(int status)
    {
        _receiver.Status = status;

        var answer = await SendAsync(Samples.Message(Samples.Alert()), new ChannelSecrets(_receiver.Address.AbsoluteUri));

        Assert.False(answer.Ok);
        Assert.StartsWith($"HTTP {status}", answer.Excerpt, StringComparison.Ordinal);
        Assert.Single(_receiver.Requests);
    }

    [Fact]
    public async Task Gone_and_retry_after_are_understood()
    {
        (_receiver.Status, _receiver.RetryAfter) = (410, "120");

        var answer = await SendAsync(Samples.Message(Samples.Alert()), new ChannelSecrets(_receiver.Address.AbsoluteUri));

        Assert.Equal((true, TimeSpan.FromMinutes(2)), (answer.IsGone, answer.RetryAfter));
    }

    [Fact]
    public async Task Link_local_hosts_are_refused()
    {
        var answer = await SendAsync(Samples.Message(Samples.Alert()), new ChannelSecrets("http://169.254.169.254/latest"));

        Assert.False(answer.Ok);
        Assert.Contains("link-local", answer.Excerpt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endless_answer_is_read_as_far_as_it_is_shown()
    {
        using var flood = new FloodingStore(200, "flood");
        var watch = new AwakeWatch();

        var answer = await SendAsync(Samples.Message(Samples.Alert()), new ChannelSecrets(flood.Settings.Endpoint!.AbsoluteUri));

        Assert.True(answer.Ok);
        Assert.InRange(answer.Excerpt.Length, 5, AlertHttp.LongestAnswer + 20);
        Assert.InRange(flood.Taken, 0, 20_000_000);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Slack_Teams_and_ntfy_take_their_posts()
    {
        var secrets = new ChannelSecrets(_receiver.Address + "hook/topic", Token: "tk_1");
        IAlertSender[] senders = [new SlackSender(_http), new TeamsSender(_http), new NtfySender(_http)];
        foreach (var sender in senders)
            Assert.True((await sender.SendAsync(_channel, secrets, Samples.Message(Samples.Alert()), Cancel)).Ok);

        Assert.Equal(["/hook/topic", "/hook/topic", "/hook/"], _receiver.Requests.Select(r => r.Path));
        Assert.Equal("Bearer tk_1", _receiver.Requests[2].Headers["authorization"]);
        Assert.All(_receiver.Requests, r => Assert.StartsWith("application/json", r.Headers["content-type"], StringComparison.Ordinal));
    }

    public void Dispose()
    {
        _receiver.Dispose();
        _http.Dispose();
    }

    private Task<ChannelAnswer> SendAsync(AlertMessage message, ChannelSecrets secrets) =>
        new WebhookSender(_http, TimeProvider.System).SendAsync(_channel, secrets, message, Cancel);

    private static Received Signed(Received request, string signature) =>
        request with { Headers = new Dictionary<string, string>(request.Headers) { ["webhook-signature"] = signature } };

    private static void Verify(string secret, Received request)
    {
        var headers = new HeaderDictionary();
        foreach (var (name, value) in request.Headers)
            headers[name] = value;
        new StandardWebhook(secret).Verify(request.Body, headers);
    }
}
