using System.Net;
using System.Net.Http;
using BackupApp.Accounts;
using BackupApp.Accounts.People;
using BackupApp.Accounts.SignIn;
using BackupApp.Accounts.Tokens;
using BackupApp.Errors;

namespace BackupApp.Tests.Accounts;

/// <summary>How long a session lives, and what ends it. A copied cookie is one that no browser deletes.</summary>
public sealed class SessionTests(AccountsFixture fixture) : IClassFixture<AccountsFixture>, IAsyncLifetime
{
    private const string Page = "/Identity/Account/Manage/Sessions";

    private AccountsApp _app = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _app = await fixture.AppAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_copied_cookie_is_dead_after_signing_out_and_the_sign_out_is_audited()
    {
        var (user, browser) = await SignedInAsync();
        using var thief = browser.Copy(_app.Address);
        Assert.True(await thief.IsSignedInAsync());

        await browser.SubmitAsync("/Identity/Account/Logout");

        Assert.False(await thief.IsSignedInAsync());
        Assert.Contains($"user.signed_out {user.Email} {user.Email}", await _app.AuditAsync());
    }

    [Fact]
    public async Task A_session_ended_in_one_process_is_over_with_its_next_request_in_another()
    {
        var (user, browser) = await SignedInAsync();
        await using var other = await _app.StartAnotherAsync();
        using var there = browser.Copy(other.Address);
        Assert.True(await there.IsSignedInAsync());

        var session = Assert.Single(await ListAsync(user));
        await EndAsync(user, session.Id, await _app.CreateUserAsync(UserRole.Administrator));

        Assert.False(await there.IsSignedInAsync());
        Assert.False(await browser.IsSignedInAsync());
        Assert.Empty(await ListAsync(user));
    }

    [Fact]
    public async Task Both_times_are_options()
    {
        await using var app = await _app.StartAnotherAsync(
            ("BackupApp:Accounts:SessionLifetime", "02:00:00"), ("BackupApp:Accounts:SessionIdleTimeout", "00:30:00"));
        var user = await app.CreateUserAsync(UserRole.Viewer);
        using var idle = new Visitor(app);
        await idle.SignInAsync(user.Email!);
        using var busy = new Visitor(app);
        await busy.SignInAsync(user.Email!);
        // A list that is left open asks what is new, and nobody sits in front of it.
        using var left = new Visitor(app);
        await left.SignInAsync(user.Email!);
        for (var n = 0; n < 5; n++)
        {
            app.Time.Advance(TimeSpan.FromMinutes(20));
            Assert.True(await busy.IsSignedInAsync());
            await left.SendAsync(HttpMethod.Get, "/Jobs?handler=List", ("X-Requested-With", "fetch"));
        }

        Assert.False(await idle.IsSignedInAsync());
        Assert.False(await left.IsSignedInAsync());
        app.Time.Advance(TimeSpan.FromMinutes(20));
        Assert.False(await busy.IsSignedInAsync());
    }

    [Fact]
    public async Task When_a_session_was_last_seen_is_written_at_most_every_five_minutes()
    {
        var (user, browser) = await SignedInAsync();
        Task<DateTime> LastSeen() => _app.ScalarAsync<DateTime>($"select last_seen_at from user_sessions where user_id = '{user.Id}'");
        var first = await LastSeen();
        _app.Time.Advance(TimeSpan.FromMinutes(4));
        await browser.IsSignedInAsync();
        Assert.Equal(first, await LastSeen());
        _app.Time.Advance(TimeSpan.FromMinutes(1));
        await browser.IsSignedInAsync();
        Assert.Equal(first.AddMinutes(5), await LastSeen());
    }

    [Fact]
    public async Task Neither_the_key_nor_the_user_of_a_session_can_be_read_in_its_row()
    {
        var (user, browser) = await SignedInAsync();
        var row = await _app.ScalarAsync<string>($"select row_to_json(s)::text from user_sessions s where user_id = '{user.Id}'");
        Assert.DoesNotContain(Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(user.Email!)), row, StringComparison.Ordinal);
        Assert.DoesNotContain(browser.SessionCookie[..40], row, StringComparison.Ordinal);

        // A ticket that was moved to another row does not open.
        var (admin, thief) = await SignedInAsync(UserRole.Administrator);
        await _app.ExecuteAsync(
            $"update user_sessions s set ticket_cipher = o.ticket_cipher from user_sessions o where o.user_id = '{admin.Id}' "
            + $"and s.user_id = '{user.Id}'");
        Assert.False(await browser.IsSignedInAsync());
        Assert.True(await thief.IsSignedInAsync());
    }

    [Fact]
    public async Task Signing_in_never_goes_on_with_the_session_that_the_browser_brought()
    {
        var (attacker, planted) = await SignedInAsync();
        using var kept = planted.Copy(_app.Address);
        var victim = await _app.CreateUserAsync(UserRole.Administrator);
        var form = await planted.AntiforgeryTokenAsync(Page);

        var answer = await planted.PostAsync(
            Visitor.Login,
            ("__RequestVerificationToken", form),
            ("Input.Email", victim.Email!),
            ("Input.Password", AccountsApp.Password));

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Contains(victim.Email!, await planted.ReadAsync(Page), StringComparison.Ordinal);
        Assert.False(await kept.IsSignedInAsync());
        Assert.Empty(await ListAsync(attacker));
    }

    [Fact]
    public async Task A_new_password_gives_this_browser_a_new_session_that_ends_when_the_old_one_would_have()
    {
        var (user, browser) = await SignedInAsync();
        var before = Assert.Single(await ListAsync(user));
        using var copy = browser.Copy(_app.Address);
        _app.Time.Advance(TimeSpan.FromDays(1));
        const string next = "four other random words";
        await browser.SubmitAsync(
            "/Identity/Account/Manage/ChangePassword",
            ("Input.Current", AccountsApp.Password),
            ("Input.New", next),
            ("Input.Repeat", next));

        Assert.True(await browser.IsSignedInAsync());
        Assert.False(await copy.IsSignedInAsync());
        var after = Assert.Single(await ListAsync(user));
        Assert.NotEqual(before.Id, after.Id);
        Assert.Equal(before.SignedInAt, after.SignedInAt);
    }

    [Fact]
    public async Task A_new_role_counts_with_the_next_request()
    {
        var (user, browser) = await SignedInAsync(UserRole.Administrator);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/Users/Samples")).StatusCode);
        await _app.ExecuteAsync($"update users set role = 'viewer' where id = '{user.Id}'");
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync("/Users/Samples")).StatusCode);
        Assert.True(await browser.IsSignedInAsync());
    }

    [Fact]
    public async Task Everybody_ends_their_own_sessions_only_and_administrators_anybodys()
    {
        var (user, browser) = await SignedInAsync();
        var stranger = await _app.CreateUserAsync(UserRole.Operator);
        var session = Assert.Single(await ListAsync(user));
        await Assert.ThrowsAsync<NotFoundException>(() => EndAsync(user, session.Id, stranger));
        await Assert.ThrowsAsync<NotFoundException>(() => EndAsync(stranger, session.Id, stranger));
        Assert.True(await browser.IsSignedInAsync());
        await EndAsync(user, session.Id, user);
        Assert.False(await browser.IsSignedInAsync());
        await Assert.ThrowsAsync<NotFoundException>(() => EndAsync(user, session.Id, user));
    }

    [Fact]
    public async Task The_page_of_the_account_shows_where_one_is_signed_in_and_ends_all_the_others()
    {
        var (user, here) = await SignedInAsync();
        using var there = new Visitor(_app);
        await there.SignInAsync(user.Email!);
        var (token, _) = await _app.CreateTokenAsync(user, TokenRole.Viewer);
        var page = await here.ReadAsync(Page);
        Assert.Equal(2, page.Split("title=\"visitor/1.0\"").Length - 1);
        Assert.Equal(2, page.Split(">127.0.0.1<").Length - 1);
        Assert.Equal(1, page.Split("(this browser)").Length - 1);

        var answer = await here.PostAsync(
            Page + "?handler=SignOutEverywhere",
            ("__RequestVerificationToken", await here.AntiforgeryTokenAsync(Page)),
            ("revokeTokens", "true"));

        Assert.Equal(Page, answer.Headers.Location?.OriginalString);
        Assert.Contains(
            "All your other sessions are over, and one API token is revoked.",
            await here.ReadAsync(Page),
            StringComparison.Ordinal);
        Assert.False(await there.IsSignedInAsync());
        Assert.Equal(
            HttpStatusCode.Unauthorized,
            (await here.SendAsync(HttpMethod.Get, "/api/v1/samples", ("Authorization", "Bearer " + token))).StatusCode);
    }

    [Fact]
    public async Task Administrators_see_and_end_the_sessions_on_the_page_of_the_user()
    {
        var (user, browser) = await SignedInAsync();
        var (_, admin) = await SignedInAsync(UserRole.Administrator);
        var page = $"/Users/Details/{user.Id}";
        Assert.Contains(">127.0.0.1<", await admin.ReadAsync(page), StringComparison.Ordinal);
        var session = Assert.Single(await ListAsync(user)).Id;
        var answer = await admin.PostAsync(
            $"{page}?handler=EndSession&sessionId={session}",
            ("__RequestVerificationToken", await admin.AntiforgeryTokenAsync(page)));
        Assert.Equal(page, answer.Headers.Location?.OriginalString);
        Assert.False(await browser.IsSignedInAsync());
        Assert.Contains("signed in nowhere", await admin.ReadAsync(page), StringComparison.Ordinal);
    }

    private async Task<(AppUser User, Visitor Browser)> SignedInAsync(UserRole role = UserRole.Viewer)
    {
        var user = await _app.CreateUserAsync(role);
        var browser = new Visitor(_app);
        await browser.SignInAsync(user.Email!);
        return (user, browser);
    }

    private Task<IReadOnlyList<SessionRow>> ListAsync(AppUser user) =>
        _app.CallAsync((UserSessions s) => s.ListAsync(user.Id, Caller.As(user), Cancel));

    private Task<bool> EndAsync(AppUser user, Guid session, AppUser by) => _app.CallAsync(async (UserSessions s) =>
    {
        await s.EndAsync(user.Id, session, Caller.As(by), Cancel);
        return true;
    });
}
