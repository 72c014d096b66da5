using System.Net;
using BackupApp.Accounts.People;
using BackupApp.Accounts.Tokens;
using Microsoft.Extensions.Options;

namespace BackupApp.Tests.Accounts;

/// <summary>Settings of the start, and so an application for each.</summary>
public sealed class ApiLimitsTests
{
    private const string Read = "/api/v1/samples";
    private const string Bootstrap = "a-bootstrap-token-of-32-letters-";

    [Fact]
    public async Task The_bootstrap_token_is_an_administrators_and_kept_nowhere()
    {
        await using var app = await AccountsApp.StartAsync(("BackupApp:Bootstrap:ApiToken", Bootstrap));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(app, "/api/v1/users/samples", Bootstrap)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(app, Read, Bootstrap + "x")).StatusCode);
        var actor = await (await SendAsync(app, "/api/v1/actor", Bootstrap)).Content.ReadAsStringAsync(
            TestContext.Current.CancellationToken);
        Assert.Equal("ApiToken  bootstrap token 127.0.0.1 visitor/1.0", actor);
        Assert.Equal(0, await app.ScalarAsync<long>("select count(*) from api_tokens"));
        Assert.DoesNotContain(app.Log.Lines, line => line.Contains(Bootstrap, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_bootstrap_token_an_empty_one_opens_nothing()
    {
        await using var app = await AccountsApp.StartAsync(("BackupApp:Bootstrap:ApiToken", ""));
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(app, Read, "")).StatusCode);
    }

    [Theory]
    [InlineData("a-bootstrap-token-of-31-letters", "at least 32 characters")]
    [InlineData("a bootstrap token with spaces in it, long enough", "letters, digits and")]
    public async Task A_bad_bootstrap_token_stops_the_start(string token, string why)
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() =>
            AccountsApp.StartAsync(("BackupApp:Bootstrap:ApiToken", token)));
        Assert.Contains("BackupApp__Bootstrap__ApiToken", failure.Message, StringComparison.Ordinal);
        Assert.Contains(why, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(token, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tokens_requests_are_the_tokens_in_the_audit_log()
    {
        await using var app = await AccountsApp.StartAsync();
        var (text, id) = await app.CreateTokenAsync(await app.CreateUserAsync("ann@example.com", Role.Viewer), TokenRole.Viewer);
        var actor = await (await SendAsync(app, "/api/v1/actor", text)).Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal($"ApiToken {id} test (ann@example.com) 127.0.0.1 visitor/1.0", actor);
    }

    [Fact]
    public async Task A_token_that_asks_too_often_is_told_when_to_come_back_and_takes_nothing_from_others()
    {
        await using var app = await AccountsApp.StartAsync(("BackupApp:Api:RequestsPerMinutePerToken", "2"));
        var owner = await app.CreateUserAsync("ann@example.com", Role.Viewer);
        var busy = (await app.CreateTokenAsync(owner, TokenRole.Viewer)).Text;
        await SendAsync(app, Read, busy);
        await SendAsync(app, Read, busy);
        await TooManyAsync(await SendAsync(app, Read, busy));
        Assert.Equal(
            HttpStatusCode.OK,
            (await SendAsync(app, Read, (await app.CreateTokenAsync(owner, TokenRole.Viewer)).Text)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(app, "/health/sample", busy)).StatusCode);
    }

    [Fact]
    public async Task An_address_that_asks_too_often_is_stopped_whatever_tokens_it_makes_up()
    {
        await using var app = await AccountsApp.StartAsync(("BackupApp:Api:RequestsPerMinutePerAddress", "2"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(app, Read, "one")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(app, Read, "two")).StatusCode);
        await TooManyAsync(await SendAsync(app, Read, "three"));
        using var person = new Visitor(app);
        Assert.Equal(HttpStatusCode.OK, (await person.GetAsync(Visitor.Login)).StatusCode);
    }

    private static async Task TooManyAsync(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Contains(
            "RATE_LIMITED",
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> SendAsync(AccountsApp app, string path, string token)
    {
        using var program = new Visitor(app);
        return await program.SendAsync(HttpMethod.Get, path, ("Authorization", "Bearer " + token));
    }
}
