using System.Net;
using System.Net.Http;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using BackupApp.Accounts.People;
using BackupApp.Accounts.Tokens;
using BackupApp.Tests.Accounts;

namespace BackupApp.Tests.Api;

/// <summary>Sessions by the API: one's own, and for administrators a user's.</summary>
public sealed class SessionRoutesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sessions_are_listed_and_ended_one_by_one_and_all_at_once_with_the_tokens()
    {
        await using var app = await WholeApp.StartAsync();
        var (user, admin) = (await app.CreateUserAsync(UserRole.Viewer), await app.CreateUserAsync(UserRole.Administrator));
        using var own = Client(app, await app.CreateTokenAsync(user, TokenRole.Viewer));
        using var theirs = Client(app, await app.CreateTokenAsync(admin, TokenRole.Administrator));
        using var first = new Visitor(app.Address);
        await first.SignInAsync(user.Email!);
        using var second = new Visitor(app.Address);
        await second.SignInAsync(user.Email!);

        var listed = await ListAsync(own, "account/sessions");
        Assert.Equal(2, listed.Count);
        Assert.All(
            listed,
            s => Assert.Equal(("visitor/1.0", "127.0.0.1"), (s!["device"]!.GetValue<string>(), s["ip"]!.GetValue<string>())));
        Assert.Equal(HttpStatusCode.NoContent, await DeleteAsync(own, $"account/sessions/{listed[0]!["id"]}"));
        Assert.Equal(HttpStatusCode.NotFound, await DeleteAsync(own, $"account/sessions/{listed[0]!["id"]}"));
        Assert.Equal([true, false], new[] { await first.IsSignedInAsync(), await second.IsSignedInAsync() }.OrderDescending());

        Assert.Single(await ListAsync(theirs, $"users/{user.Id}/sessions"));
        var all = await theirs.DeleteAsync($"users/{user.Id}/sessions?revokeTokens=true", Cancel);
        Assert.Equal(1, (await all.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["revokedTokens"]!.GetValue<int>());
        Assert.Empty(await ListAsync(theirs, $"users/{user.Id}/sessions"));
        Assert.False(await first.IsSignedInAsync() || await second.IsSignedInAsync());
        Assert.Equal(HttpStatusCode.Unauthorized, (await own.GetAsync("account/sessions", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await theirs.GetAsync($"users/{Guid.NewGuid()}/sessions", Cancel)).StatusCode);
    }

    [Fact]
    public async Task Tokens_are_revoked_by_one_that_has_all_of_its_owners_role_only()
    {
        await using var app = await WholeApp.StartAsync();

        await AssertRevokesAsync(app, UserRole.Administrator, TokenRole.Viewer, HttpStatusCode.Forbidden);
        await AssertRevokesAsync(app, UserRole.Administrator, TokenRole.Operator, HttpStatusCode.Forbidden);
        await AssertRevokesAsync(app, UserRole.Administrator, TokenRole.Administrator, HttpStatusCode.OK);
        await AssertRevokesAsync(app, UserRole.Operator, TokenRole.Operator, HttpStatusCode.OK);
        // Its rights are a Viewer's, as its owner's are.
        await AssertRevokesAsync(app, UserRole.Viewer, TokenRole.Administrator, HttpStatusCode.OK);
    }

    private static async Task AssertRevokesAsync(WholeApp app, UserRole owner, TokenRole token, HttpStatusCode answered)
    {
        var user = await app.CreateUserAsync(owner, $"{token}-{owner}");
        using var own = Client(app, await app.CreateTokenAsync(user, token));
        using var other = Client(app, await app.CreateTokenAsync(user, TokenRole.Viewer));
        using var browser = new Visitor(app.Address);
        await browser.SignInAsync(user.Email!);

        Assert.Equal(answered, await DeleteAsync(own, "account/sessions?revokeTokens=true"));

        var isRefused = answered == HttpStatusCode.Forbidden;
        Assert.Equal(isRefused, await browser.IsSignedInAsync()); // all of it, or nothing
        Assert.Equal(
            isRefused ? HttpStatusCode.OK : HttpStatusCode.Unauthorized,
            (await other.GetAsync("account/sessions", Cancel)).StatusCode);
        if (isRefused)
            Assert.Equal(HttpStatusCode.OK, await DeleteAsync(own, "account/sessions"));
    }

    private static HttpClient Client(WholeApp app, string token)
    {
        var client = new HttpClient { BaseAddress = new Uri(app.Address, "/api/v1/") };
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return client;
    }

    private static async Task<JsonArray> ListAsync(HttpClient client, string path) =>
        (await client.GetFromJsonAsync<JsonArray>(path, Cancel))!;

    private static async Task<HttpStatusCode> DeleteAsync(HttpClient client, string path) =>
        (await client.DeleteAsync(path, Cancel)).StatusCode;
}
