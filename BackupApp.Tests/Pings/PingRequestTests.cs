using BackupApp.Pings;

namespace BackupApp.Tests.Pings;

/// <summary>What is sent, by the monitor's style.</summary>
public sealed class PingRequestTests
{
    private static readonly DateTimeOffset Round = new(2026, 11, 26, 2, 15, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("https://hc-ping.com/abc", PingState.Start, "https://hc-ping.com/abc/start")]
    [InlineData("https://hc-ping.com/abc/", PingState.Fail, "https://hc-ping.com/abc/fail")]
    [InlineData("https://hc-ping.com/key/my-slug?create=1", PingState.Success, "https://hc-ping.com/key/my-slug?create=1")]
    [InlineData("https://hc.example.com:8000/ping/abc", PingState.Success, "https://hc.example.com:8000/ping/abc")]
    public void Healthchecks_has_its_states_below_the_address(string url, PingState state, string expected)
    {
        var request = PingRequest.Of(url, PingStyle.Healthchecks, PingOf(state, PingTarget.InstallationId));

        Assert.Equal((HttpMethod.Post, expected, "Failed & gone"), (request.Method, request.Url, request.Body));
    }

    [Fact]
    public void Start_and_end_of_a_round_have_the_same_run_id_and_two_rounds_have_not()
    {
        var target = Guid.CreateVersion7();
        Ping[] pings =
            [PingOf(PingState.Start, target), PingOf(PingState.Success, target), PingOf(PingState.Start, target, Round.AddDays(1))];
        string[] urls =
        [
            .. pings.Select(p => PingRequest.Of("https://hc-ping.com/abc?x=1", PingStyle.Healthchecks, p).Url.Split("?x=1&rid=")[1]),
        ];

        Assert.True(Guid.TryParse(urls[0], out _));
        Assert.Equal(urls[0], urls[1]);
        Assert.NotEqual(urls[0], urls[2]);
    }

    [Theory]
    [InlineData("https://m.example.com/beat", PingState.Success, "https://m.example.com/beat")]
    [InlineData("https://m.example.com/{state}", PingState.Start, "https://m.example.com/start")]
    [InlineData(
        "https://m.example.com/push?status={up}&msg={message}&ping={seconds}", PingState.Fail,
        "https://m.example.com/push?status=down&msg=Failed%20%26%20gone&ping=2.5")]
    public void Another_address_is_called_as_it_is_with_its_places_filled_in(string url, PingState state, string expected)
    {
        var ping = PingOf(state, Guid.CreateVersion7());

        Assert.Equal(new PingRequest(HttpMethod.Get, expected, null), PingRequest.Of(url, PingStyle.Get, ping));
        Assert.Equal(new PingRequest(HttpMethod.Post, expected, "Failed & gone"), PingRequest.Of(url, PingStyle.Post, ping));
    }

    [Theory]
    [InlineData("ftp://example.com/x")]
    [InlineData("hc-ping.com/abc")]
    [InlineData("https://user:password@example.com/x")]
    [InlineData("https://example.com/x y")]
    [InlineData("https:///x")]
    public void An_address_that_is_none_is_refused_with_a_sentence(string url)
    {
        var problems = new Dictionary<string, string>();

        new PingInput { Url = url }.Read("Url", problems);

        Assert.Contains("whole address", problems["Url"], StringComparison.Ordinal);
    }

    private static Ping PingOf(PingState state, Guid target, DateTimeOffset? round = null) => Ping.Create(
        target, new PlannedPing(round ?? Round, state, "Failed & gone", TimeSpan.FromSeconds(2.5)), Round);
}
