using System.Net;
using BackupApp.Accounts.People;

namespace BackupApp.Tests.Accounts;

public sealed class SignInTests(AccountsFixture fixture) : IClassFixture<AccountsFixture>, IAsyncLifetime
{
    private AccountsApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await fixture.AppAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task The_right_password_opens_the_account_and_leads_back_to_the_page_that_was_asked_for()
    {
        await _app.CreateUserAsync("right@example.com", Role.Viewer);
        using var visitor = new Visitor(_app);
        var sentAway = await visitor.GetAsync("/Jobs?status=failed");
        Assert.Equal("/Identity/Account/Login?ReturnUrl=%2FJobs%3Fstatus%3Dfailed", sentAway.Headers.Location?.PathAndQuery);

        var answer = await visitor.TrySignInAsync("Right@Example.com", query: sentAway.Headers.Location!.Query);

        Assert.Equal("/Jobs?status=failed", answer.Headers.Location?.OriginalString);
        Assert.True(await visitor.IsSignedInAsync());
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    public async Task A_return_address_on_another_host_is_not_followed(string returnUrl)
    {
        var email = $"{Guid.NewGuid():N}@example.com";
        await _app.CreateUserAsync(email, Role.Viewer);
        using var visitor = new Visitor(_app);
        var answer = await visitor.TrySignInAsync(email, query: "?ReturnUrl=" + Uri.EscapeDataString(returnUrl));
        Assert.Equal("/", answer.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_address_get_the_same_answer()
    {
        await _app.CreateUserAsync("known@example.com", Role.Viewer);
        using var visitor = new Visitor(_app);
        var wrong = await Visitor.AlertAsync(await visitor.TrySignInAsync("known@example.com", "not the password"));
        var unknown = await Visitor.AlertAsync(await visitor.TrySignInAsync("unknown@example.com", "not the password"));
        Assert.StartsWith("This e-mail address and password do not open an account.", wrong, StringComparison.Ordinal);
        Assert.Equal(wrong, unknown);
        Assert.False(await visitor.IsSignedInAsync());
    }

    [Fact]
    public async Task Five_wrong_passwords_close_the_account_even_for_the_right_one_and_say_nothing_else()
    {
        await _app.CreateUserAsync("locked@example.com", Role.Viewer);
        using var visitor = new Visitor(_app);
        var alerts = new List<string>();
        for (var i = 0; i < 5; i++)
            alerts.Add(await Visitor.AlertAsync(await visitor.TrySignInAsync("locked@example.com", "not the password")));
        alerts.Add(await Visitor.AlertAsync(await visitor.TrySignInAsync("locked@example.com")));
        Assert.Single(alerts.Distinct());

        _app.Time.Advance(SignInGuard.Wait);
        await visitor.SignInAsync("locked@example.com");
    }

    [Fact]
    public async Task A_disabled_user_cannot_sign_in()
    {
        var user = await _app.CreateUserAsync("disabled@example.com", Role.Administrator);
        await _app.ExecuteAsync($"update users set disabled_at = now() where id = '{user.Id}'");
        using var visitor = new Visitor(_app);
        var answer = await visitor.TrySignInAsync("disabled@example.com");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.False(await visitor.IsSignedInAsync());
    }

    [Fact]
    public async Task A_session_ends_within_a_minute_of_the_user_being_disabled()
    {
        var user = await _app.CreateUserAsync("leaver@example.com", Role.Administrator);
        using var visitor = new Visitor(_app);
        await visitor.SignInAsync("leaver@example.com");
        await _app.ExecuteAsync($"update users set disabled_at = now() where id = '{user.Id}'");
        _app.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.False(await visitor.IsSignedInAsync());
    }

    [Fact]
    public async Task A_changed_role_counts_within_a_minute()
    {
        var user = await _app.CreateUserAsync("demoted@example.com", Role.Administrator);
        using var visitor = new Visitor(_app);
        await visitor.SignInAsync("demoted@example.com");
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/Users/Samples")).StatusCode);
        await _app.ExecuteAsync($"update users set role = 'viewer' where id = '{user.Id}'");
        _app.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(HttpStatusCode.Forbidden, (await visitor.GetAsync("/Users/Samples")).StatusCode);
        Assert.True(await visitor.IsSignedInAsync());
    }

    [Fact]
    public async Task A_new_password_ends_the_other_sessions_and_keeps_this_one()
    {
        await _app.CreateUserAsync("changer@example.com", Role.Viewer);
        using var here = new Visitor(_app);
        using var elsewhere = new Visitor(_app);
        await here.SignInAsync("changer@example.com");
        await elsewhere.SignInAsync("changer@example.com");

        const string path = "/Identity/Account/Manage/ChangePassword";
        const string next = "four other random words";
        var refused = await here.SubmitAsync(path, ("Input.Current", "wrong"), ("Input.New", next), ("Input.Repeat", next));
        Assert.Contains("This is not your current password.", await Visitor.TextAsync(refused), StringComparison.Ordinal);
        var done = await here.SubmitAsync(path, ("Input.Current", AccountsApp.Password), ("Input.New", next), ("Input.Repeat", next));
        Assert.Equal(HttpStatusCode.Redirect, done.StatusCode);

        _app.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.True(await here.IsSignedInAsync());
        Assert.False(await elsewhere.IsSignedInAsync());
        await elsewhere.SignInAsync("changer@example.com", next);
    }

    [Fact]
    public async Task The_session_cookie_is_out_of_reach_of_scripts_and_other_sites()
    {
        await _app.CreateUserAsync("cookie@example.com", Role.Viewer);
        using var visitor = new Visitor(_app);
        Assert.Equal(["httponly", "path=/", "samesite=lax"], await AttributesAsync(await visitor.TrySignInAsync("cookie@example.com")));
        using var remembered = new Visitor(_app);
        Assert.Contains(
            await AttributesAsync(await remembered.TrySignInAsync("cookie@example.com", remember: true)),
            a => a.StartsWith("expires=", StringComparison.Ordinal));

        static Task<string[]> AttributesAsync(HttpResponseMessage answer)
        {
            var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"), c => c.StartsWith("backupapp=", StringComparison.Ordinal));
            return Task.FromResult(cookie.Split("; ").Skip(1).Select(a => a.ToLowerInvariant()).Order(StringComparer.Ordinal).ToArray());
        }
    }

    [Fact]
    public async Task Signing_out_ends_the_session()
    {
        await _app.CreateUserAsync("leaving@example.com", Role.Viewer);
        using var visitor = new Visitor(_app);
        await visitor.SignInAsync("leaving@example.com");
        await visitor.SubmitAsync("/Identity/Account/Logout");
        Assert.False(await visitor.IsSignedInAsync());
    }

    [Fact]
    public async Task A_form_without_its_antiforgery_token_is_refused()
    {
        using var visitor = new Visitor(_app);
        var answer = await visitor.PostAsync(Visitor.Login, ("Input.Email", "known@example.com"), ("Input.Password", AccountsApp.Password));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Too_many_attempts_from_one_address_are_answered_429_with_the_time_to_wait()
    {
        await using var app = await _app.StartAnotherAsync(("BackupApp:Accounts:SignInsPerMinute", "3"));
        using var visitor = new Visitor(app);
        for (var i = 0; i < 3; i++)
            Assert.Equal(HttpStatusCode.OK, (await visitor.TrySignInAsync($"nobody{i}@example.com")).StatusCode);
        var answer = await visitor.TrySignInAsync("nobody3@example.com");
        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.InRange(answer.Headers.RetryAfter?.Delta ?? default, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        Assert.Contains("Wait a minute", await Visitor.TextAsync(answer), StringComparison.Ordinal);
    }
}
