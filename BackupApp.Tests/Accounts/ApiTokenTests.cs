using System.Net;
using System.Net.Http.Json;
using BackupApp.Accounts.People;
using BackupApp.Accounts.Tokens;
using BackupApp.Errors;

namespace BackupApp.Tests.Accounts;

/// <summary>What a presented token opens. Which role may do what is the table's: see the matrix.</summary>
public sealed class ApiTokenTests(AccountsFixture fixture) : IClassFixture<AccountsFixture>, IAsyncLifetime
{
    private const string Read = "/api/v1/samples";

    private AccountsApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await fixture.AppAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_token_opens_the_api_and_no_page()
    {
        var token = await TokenAsync(Role.Operator, TokenRole.Operator);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("GET", Read, token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("POST", Read, token)).StatusCode);
        Assert.Equal(Visitor.Login, (await SendAsync("GET", "/Samples", token)).Headers.Location?.AbsolutePath);
    }

    [Theory]
    [InlineData(Role.Administrator, TokenRole.Viewer, 200, 403, 403, 403)]
    [InlineData(Role.Viewer, TokenRole.Administrator, 200, 403, 403, 403)]
    [InlineData(Role.Operator, TokenRole.Administrator, 200, 200, 200, 403)]
    [InlineData(Role.Administrator, TokenRole.Administrator, 200, 200, 200, 200)]
    [InlineData(Role.Administrator, TokenRole.Runner, 403, 403, 200, 403)]
    [InlineData(Role.Viewer, TokenRole.Runner, 403, 403, 403, 403)]
    public async Task The_lower_role_of_token_and_owner_counts(Role owner, TokenRole role, int read, int write, int run, int users)
    {
        var token = await TokenAsync(owner, role);
        Assert.Equal(
            (read, write, run, users),
            (await StatusAsync("GET", Read, token), await StatusAsync("POST", Read, token),
                await StatusAsync("POST", RunNow(Guid.NewGuid()), token), await StatusAsync("GET", "/api/v1/users/samples", token)));
    }

    [Fact]
    public async Task A_demoted_owners_token_is_demoted_with_its_next_request()
    {
        var owner = await UserAsync(Role.Administrator);
        var (text, _) = await _app.CreateTokenAsync(owner, TokenRole.Administrator);
        Assert.Equal(200, await StatusAsync("POST", Read, text));
        await _app.ExecuteAsync($"update users set role = 'viewer' where id = '{owner.Id}'");
        Assert.Equal((403, 200), (await StatusAsync("POST", Read, text), await StatusAsync("GET", Read, text)));
    }

    [Fact]
    public async Task A_runner_of_some_sources_reaches_no_other()
    {
        var mine = Guid.NewGuid();
        var token = await TokenAsync(Role.Operator, TokenRole.Runner, mine);
        var other = Guid.NewGuid();
        Assert.Equal((200, 403), (await StatusAsync("POST", RunNow(mine), token), await StatusAsync("POST", RunNow(other), token)));
        Assert.Equal((200, 403), (await StatusAsync("GET", Job(mine), token), await StatusAsync("GET", Job(other), token)));
        Assert.Equal(403, await StatusAsync("DELETE", Job(mine), token));
        // Nothing in this route says which source it is about, and the stand-in does not say that it looks.
        Assert.Equal(403, await StatusAsync("GET", $"/api/v1/backups/{Guid.NewGuid()}", token));
        Assert.Equal(200, await StatusAsync("GET", $"/api/v1/backups/{Guid.NewGuid()}", await TokenAsync(Role.Operator, TokenRole.Runner)));
    }

    [Theory]
    [InlineData("update api_tokens set revoked_at = now() where id = '{0}'", "The API token was revoked.")]
    [InlineData("update api_tokens set expires_at = now() - interval '1 day' where id = '{0}'", "The API token has expired.")]
    [InlineData(
        "update users set disabled_at = now() where id = (select owner_id from api_tokens where id = '{0}')",
        "The API token's owner is disabled.")]
    [InlineData("update api_tokens set secret_hash = sha256('other') where id = '{0}'", "The API token is not known.")]
    [InlineData("delete from api_tokens where id = '{0}'", "The API token is not known.")]
    public async Task A_token_that_is_no_longer_good_is_told_why(string change, string why)
    {
        var (text, id) = await _app.CreateTokenAsync(await UserAsync(Role.Administrator), TokenRole.Administrator);
        Assert.Equal(200, await StatusAsync("GET", Read, text));
        await _app.ExecuteAsync(change.Replace("{0}", id.ToString(), StringComparison.Ordinal));
        await RefusedAsync(await SendAsync("GET", Read, text), why);
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("bka_")]
    [InlineData("bka_0123456789ab_")]
    [InlineData("bka_0123456789ab-0123456789012345678901234567890123456789012")]
    [InlineData("bka_0123456789ab_0123456789012345678901234567890123456789'--")]
    public async Task What_is_no_token_is_refused(string text) =>
        await RefusedAsync(await SendAsync("GET", Read, text), "This is not an API token.");

    [Fact]
    public async Task A_request_without_a_token_is_told_how_to_send_one()
    {
        using var stranger = new Visitor(_app);
        foreach (var path in (string[])[Read, "/api/v1/no/such/thing", "/api/v2"])
        {
            var answer = await stranger.GetAsync(path);
            Assert.Equal("Bearer realm=\"BackupApp\"", answer.Headers.WwwAuthenticate.ToString());
            var problem = await ProblemAsync(answer);
            Assert.Equal((401, "INVALID_TOKEN", "UNAUTHORIZED"), (problem.Status, problem.Code, problem.Type));
        }
    }

    [Fact]
    public async Task Whoever_is_signed_in_gets_problems_for_what_does_not_exist()
    {
        var token = await TokenAsync(Role.Operator, TokenRole.Operator);
        var missing = await ProblemAsync(await SendAsync("GET", "/api/v1/no/such/thing", token));
        Assert.Equal((404, "NOT_FOUND", missing.Detail), (missing.Status, missing.Code, missing.Msg));
        Assert.Equal(405, (await ProblemAsync(await SendAsync("PUT", Read, token))).Status);
        Assert.Matches("^[0-9a-f]{32}$", missing.TraceId);
    }

    [Fact]
    public async Task The_cookie_reads_the_api_and_writes_only_with_the_antiforgery_token_of_a_page()
    {
        var user = await UserAsync(Role.Operator);
        using var browser = new Visitor(_app);
        await browser.SignInAsync(user.Email!);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(Read)).StatusCode);
        foreach (var method in (HttpMethod[])[HttpMethod.Post, HttpMethod.Put, HttpMethod.Patch, HttpMethod.Delete])
            Assert.Equal("FORBIDDEN", (await ProblemAsync(await browser.SendAsync(method, Job(Guid.NewGuid())))).Code);
        var antiforgery = await browser.AntiforgeryTokenAsync("/Identity/Account/Manage/ChangePassword");
        Assert.Equal(
            HttpStatusCode.OK,
            (await browser.SendAsync(HttpMethod.Post, Read, ("RequestVerificationToken", antiforgery))).StatusCode);
        Assert.Equal(
            HttpStatusCode.Forbidden,
            (await browser.SendAsync(HttpMethod.Post, Read, ("RequestVerificationToken", antiforgery + "x"))).StatusCode);
    }

    [Fact]
    public async Task A_wrong_token_is_not_made_good_by_a_cookie_beside_it()
    {
        var user = await UserAsync(Role.Administrator);
        using var browser = new Visitor(_app);
        await browser.SignInAsync(user.Email!);
        await RefusedAsync(await browser.SendAsync(HttpMethod.Get, Read, ("Authorization", "Bearer wrong")), "This is not an API token.");
    }

    [Fact]
    public async Task The_last_use_is_written_at_most_once_a_minute()
    {
        var (text, id) = await _app.CreateTokenAsync(await UserAsync(Role.Viewer), TokenRole.Viewer);
        Task<DateTime> LastUsed() => _app.ScalarAsync<DateTime>($"select last_used_at from api_tokens where id = '{id}'");
        await SendAsync("GET", Read, text);
        var first = await LastUsed();
        _app.Time.Advance(TimeSpan.FromSeconds(59));
        await SendAsync("GET", Read, text);
        Assert.Equal(first, await LastUsed());
        _app.Time.Advance(TimeSpan.FromSeconds(1));
        await SendAsync("GET", Read, text);
        Assert.Equal(first.AddMinutes(1), await LastUsed());
    }

    [Fact]
    public async Task The_text_of_a_token_is_neither_in_the_database_nor_in_the_log()
    {
        var (text, id) = await _app.CreateTokenAsync(await UserAsync(Role.Viewer), TokenRole.Viewer);
        await SendAsync("GET", Read, text);
        await SendAsync("GET", Read, text[..^1] + "!");
        Assert.Matches("^bka_[0-9A-Za-z]{12}_[0-9A-Za-z]{43}$", text);
        var secret = text.Split('_')[2];
        Assert.DoesNotContain(
            secret,
            await _app.ScalarAsync<string>($"select row_to_json(t)::text from api_tokens t where id = '{id}'"),
            StringComparison.Ordinal);
        Assert.DoesNotContain(_app.Log.Lines, line => line.Contains(secret[..^1], StringComparison.Ordinal));
    }

    private static string RunNow(Guid source) => $"/api/v1/datasources/{source}/backups/run-now";

    private static string Job(Guid source) => $"/api/v1/datasources/{source}/backups/{Guid.NewGuid()}";

    private Task<AppUser> UserAsync(Role role) => _app.CreateUserAsync($"{Guid.NewGuid():N}@example.com", role);

    private async Task<string> TokenAsync(Role owner, TokenRole role, params Guid[] sources) =>
        (await _app.CreateTokenAsync(await UserAsync(owner), role, sources)).Text;

    private async Task<HttpResponseMessage> SendAsync(string method, string path, string token)
    {
        using var program = new Visitor(_app);
        return await program.SendAsync(new HttpMethod(method), path, ("Authorization", "Bearer " + token));
    }

    private async Task<int> StatusAsync(string method, string path, string token) => (int)(await SendAsync(method, path, token)).StatusCode;

    private static async Task RefusedAsync(HttpResponseMessage answer, string why)
    {
        Assert.Equal("Bearer realm=\"BackupApp\", error=\"invalid_token\"", answer.Headers.WwwAuthenticate.ToString());
        var problem = await ProblemAsync(answer);
        Assert.Equal((401, "INVALID_TOKEN"), (problem.Status, problem.Code));
        Assert.StartsWith(why, problem.Detail, StringComparison.Ordinal);
    }

    private static async Task<ApiProblem> ProblemAsync(HttpResponseMessage answer)
    {
        Assert.Equal(ApiProblem.ContentType, answer.Content.Headers.ContentType?.MediaType);
        var problem = await answer.Content.ReadFromJsonAsync<ApiProblem>(TestContext.Current.CancellationToken);
        Assert.Equal((int)answer.StatusCode, problem!.Status);
        return problem;
    }
}
