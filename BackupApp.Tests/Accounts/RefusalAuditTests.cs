using System.Net.Http;
using BackupApp.Accounts.People;
using BackupApp.Accounts.SignIn;
using BackupApp.Accounts.Tokens;
using Microsoft.Extensions.Time.Testing;

namespace BackupApp.Tests.Accounts;

/// <summary>Refusals of those who are known are in the audit log, and do not fill it.</summary>
public sealed class RefusalAuditTests(AccountsFixture fixture) : IClassFixture<AccountsFixture>, IAsyncLifetime
{
    private AccountsApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await fixture.AppAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_page_or_route_that_somebody_may_not_use_is_one_entry_however_often_it_is_tried()
    {
        var user = await _app.CreateUserAsync(Role.Viewer);
        using var browser = new Visitor(_app);
        await browser.SignInAsync(user.Email!);
        for (var n = 0; n < 30; n++)
            Assert.Equal(403, (int)(await browser.GetAsync("/Users/Samples")).StatusCode);
        Assert.Equal(403, (int)(await browser.SendAsync(HttpMethod.Delete, $"/api/v1/backups/{Guid.NewGuid()}")).StatusCode);
        Assert.Equal(200, (int)(await browser.GetAsync("/Samples")).StatusCode);

        Assert.Equal(
            [$"user {user.Email} GET /Users/Samples 403 0", $"user {user.Email} DELETE /api/v1/backups/{{}} 403 29"],
            await EntriesAsync($"actor_id = '{user.Id}'"));
    }

    [Fact]
    public async Task A_token_that_opens_nothing_any_more_is_named_with_the_reason()
    {
        var owner = await _app.CreateUserAsync(Role.Operator);
        var (text, id) = await _app.CreateTokenAsync(owner, TokenRole.Viewer);
        Assert.Equal(403, await SendAsync("POST", text));
        await _app.ExecuteAsync($"update api_tokens set revoked_at = now() where id = '{id}'");
        Assert.Equal(401, await SendAsync("GET", text));
        Assert.Equal(401, await SendAsync("GET", text));

        Assert.Equal(
            [
                $"api_token test ({owner.Email}) POST /api/v1/samples 403 0",
                $"api_token test ({owner.Email}) GET /api/v1/samples 401 0 The API token was revoked.",
            ],
            await EntriesAsync($"actor_id = '{id}'"));
    }

    [Fact]
    public async Task Strangers_leave_no_entry()
    {
        using var stranger = new Visitor(_app);
        Assert.Equal(401, (int)(await stranger.GetAsync("/api/v1/samples")).StatusCode);
        Assert.Equal(401, await SendAsync("GET", "bka_0123456789ab_0123456789012345678901234567890123456789012"));
        Assert.Equal(302, (int)(await stranger.GetAsync("/Users/Samples")).StatusCode);
        Assert.Empty(await EntriesAsync("actor_type not in ('user', 'api_token')"));
    }

    [Fact]
    public void One_actor_gets_twenty_entries_an_hour_and_the_same_one_every_ten_minutes()
    {
        var time = new FakeTimeProvider();
        var limit = new RefusalLimit(time);
        Assert.Equal(RefusalLimit.MostAnHour, Enumerable.Range(0, 100).Count(n => limit.Admit("ann", $"GET /{n}") is not null));
        Assert.Equal(0, limit.Admit("bob", "GET /1"));
        Assert.Null(limit.Admit("bob", "GET /1"));
        time.Advance(RefusalLimit.Same);
        Assert.Equal(1, limit.Admit("bob", "GET /1"));
        Assert.Null(limit.Admit("ann", "GET /1"));
        time.Advance(TimeSpan.FromHours(1) - RefusalLimit.Same);
        Assert.Equal(81, limit.Admit("ann", "GET /1"));
    }

    private async Task<int> SendAsync(string method, string token)
    {
        using var client = new Visitor(_app);
        return (int)(await client.SendAsync(new HttpMethod(method), "/api/v1/samples", ("Authorization", "Bearer " + token))).StatusCode;
    }

    private async Task<string[]> EntriesAsync(string where) => await _app.ScalarAsync<string[]>(
        "select coalesce(array_agg(concat_ws(' ', actor_type, actor_name, target_name, metadata->>'status', metadata->>'untold', "
        + $"metadata->>'reason') order by created_at, id), '{{}}') from audit_log where action = 'access.refused' and {where}") ?? [];
}
