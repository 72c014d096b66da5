using System.Net;
using BackupApp.Accounts.People;
using BackupApp.Accounts.Tokens;
using BackupApp.Errors;

namespace BackupApp.Tests.Accounts;

public sealed class InvitationsTests(AccountsFixture fixture) : IClassFixture<AccountsFixture>, IAsyncLifetime
{
    private const string NewPassword = "four other random words";

    private AccountsApp _app = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _app = await fixture.AppAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_link_makes_one_user_with_the_role_it_says_and_signs_in()
    {
        var admin = await _app.CreateUserAsync(Role.Administrator);
        var (invitation, token) = await InviteAsync("new@example.com", Role.Operator, admin);
        using var person = new Visitor(_app);
        var accepted = await AcceptAsync(person, token);
        Assert.Equal("/", accepted.Headers.Location?.OriginalString);
        Assert.Equal(
            (HttpStatusCode.OK, HttpStatusCode.Forbidden),
            ((await person.GetAsync("/Samples/Edit")).StatusCode, (await person.GetAsync("/Users")).StatusCode));
        Assert.Equal(HttpStatusCode.Forbidden, await OpenAsync(token));
        string[] entries =
        [
            .. (await _app.AuditAsync())
                .Where(l => l.EndsWith(" new@example.com", StringComparison.Ordinal))
                .Select(l => l.Split(' ')[0]),
        ];
        Assert.Equal(["user.invited", "user.created", "user.signed_in"], entries);
        Assert.Equal("new@example.com", invitation.Email);
    }

    [Fact]
    public async Task The_token_of_a_link_is_in_no_page_log_or_table()
    {
        var (_, token) = await InviteAsync("hidden@example.com", Role.Viewer, await _app.CreateUserAsync(Role.Administrator));
        using var person = new Visitor(_app);
        Assert.Equal("/Welcome", (await person.GetAsync($"/Welcome?token={token}")).Headers.Location?.OriginalString);
        Assert.DoesNotContain(token, await person.ReadAsync("/Welcome"), StringComparison.Ordinal);
        Assert.DoesNotContain(_app.Log.Lines, l => l.Contains(token, StringComparison.Ordinal));
        Assert.DoesNotContain(
            token,
            await _app.ScalarAsync<string>("select string_agg(i::text, ' ') from invitations i"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_old_withdrawn_and_replaced_links_open_nothing()
    {
        var admin = await _app.CreateUserAsync(Role.Administrator);
        Assert.Equal(HttpStatusCode.Forbidden, await OpenAsync(new string('A', 43)));

        var (_, replaced) = await InviteAsync("twice@example.com", Role.Viewer, admin);
        var (second, current) = await InviteAsync("Twice@Example.com", Role.Viewer, admin);
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.OK), (await OpenAsync(replaced), await OpenAsync(current)));

        await _app.CallAsync(async (Invitations i) =>
        {
            await i.WithdrawAsync(second.Id, Cancel);
            return true;
        });
        Assert.Equal(HttpStatusCode.Forbidden, await OpenAsync(current));

        var (old, expired) = await InviteAsync("late@example.com", Role.Viewer, admin);
        await _app.ExecuteAsync($"update invitations set expires_at = created_at where id = '{old.Id}'");
        Assert.Equal(HttpStatusCode.Forbidden, await OpenAsync(expired));
    }

    [Fact]
    public async Task Every_end_of_an_unused_link_is_audited_with_its_reason()
    {
        var (admin, other, user) = (await _app.CreateUserAsync(Role.Administrator),
            await _app.CreateUserAsync(Role.Administrator),
            await _app.CreateUserAsync(Role.Viewer));
        await InviteAsync("ended1@example.com", Role.Viewer, admin);
        var (second, _) = await InviteAsync("ended1@example.com", Role.Operator, other);
        await _app.CallAsync(async (Invitations i) =>
        {
            await i.WithdrawAsync(second.Id, Cancel);
            return true;
        });
        await InviteAsync("ended2@example.com", Role.Viewer, admin);
        await _app.CallAsync((UserEditor e) => e.SetRoleAsync(admin.Id, Role.Viewer, Caller.As(other), Cancel));
        await _app.CallAsync((Invitations i) => i.RenewPasswordAsync(user.Id, Caller.As(other), Cancel));
        await _app.CallAsync((UserEditor e) => e.DisableAsync(user.Id, Caller.As(other), Cancel));

        var ended = await _app.ScalarAsync<string[]>(
            "select array_agg(concat_ws(' ', target_name, metadata->>'reason', metadata->>'role', metadata->>'newPassword') "
            + "order by created_at, id) from audit_log where action = 'user.invitation_ended' and target_name in ('ended1@example.com', "
            + $"'ended2@example.com', '{user.Email}')");
        Assert.Equal(
            [
                "ended1@example.com replaced viewer false",
                "ended1@example.com withdrawn operator false",
                "ended2@example.com inviter_lost_rights viewer false",
                $"{user.Email} user_disabled viewer true",
            ],
            ended ?? []);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_invitation_ends_with_its_inviters_rights(bool disable)
    {
        var (admin, other) = (await _app.CreateUserAsync(Role.Administrator), await _app.CreateUserAsync(Role.Administrator));
        var (_, token) = await InviteAsync($"{Guid.NewGuid():N}@example.com", Role.Administrator, admin);
        await _app.CallAsync((UserEditor e) => disable
            ? e.DisableAsync(admin.Id, Caller.As(other), Cancel)
            : e.SetRoleAsync(admin.Id, Role.Operator, Caller.As(other), Cancel));
        Assert.Equal(HttpStatusCode.Forbidden, await OpenAsync(token));
    }

    [Fact]
    public async Task Who_lost_password_and_telephone_gets_in_by_a_link_and_until_then_nothing_changes()
    {
        var (admin, user) = (await _app.CreateUserAsync(Role.Administrator), await _app.CreateUserAsync(Role.Viewer));
        await _app.ExecuteAsync($"update users set two_factor_enabled = true where id = '{user.Id}'");
        var (_, token) = await _app.CallAsync((Invitations i) => i.RenewPasswordAsync(user.Id, Caller.As(admin), Cancel));
        Assert.True(await _app.ScalarAsync<bool>($"select two_factor_enabled from users where id = '{user.Id}'"));

        using var person = new Visitor(_app);
        Assert.Equal("/", (await AcceptAsync(person, token)).Headers.Location?.OriginalString);
        using var elsewhere = new Visitor(_app);
        await elsewhere.SignInAsync(user.Email!, NewPassword);
        Assert.Null((await new Visitor(_app).TrySignInAsync(user.Email!)).Headers.Location);
    }

    [Theory]
    [InlineData(true, HttpStatusCode.Unauthorized)]
    [InlineData(false, HttpStatusCode.OK)]
    public async Task A_new_password_ends_the_api_tokens_where_asked_to(bool asked, HttpStatusCode then)
    {
        var (admin, user) = (await _app.CreateUserAsync(Role.Administrator), await _app.CreateUserAsync(Role.Viewer));
        var (token, _) = await _app.CreateTokenAsync(user, TokenRole.Viewer);
        var (_, link) = await _app.CallAsync((Invitations i) => i.RenewPasswordAsync(user.Id, Caller.As(admin), Cancel));
        using var person = new Visitor(_app);
        await person.GetAsync($"/Welcome?token={link}");
        Assert.Contains("Revoke my API tokens", await person.ReadAsync("/Welcome"), StringComparison.Ordinal);
        await person.SubmitAsync(
            "/Welcome",
            ("Input.Password", NewPassword),
            ("Input.Repeat", NewPassword),
            ("RevokeTokens", asked ? "true" : "false"));
        Assert.Equal(then, (await person.SendAsync(HttpMethod.Get, "/api/v1/samples", ("Authorization", "Bearer " + token))).StatusCode);
    }

    [Fact]
    public async Task A_password_link_is_for_others_who_may_sign_in()
    {
        var (admin, user) = (await _app.CreateUserAsync(Role.Administrator), await _app.CreateUserAsync(Role.Viewer));
        await Assert.ThrowsAsync<ConflictException>(() =>
            _app.CallAsync((Invitations i) => i.RenewPasswordAsync(admin.Id, Caller.As(admin), Cancel)));
        var (_, token) = await _app.CallAsync((Invitations i) => i.RenewPasswordAsync(user.Id, Caller.As(admin), Cancel));
        await _app.CallAsync((UserEditor e) => e.DisableAsync(user.Id, Caller.As(admin), Cancel));
        Assert.Equal(HttpStatusCode.Forbidden, await OpenAsync(token));
        await Assert.ThrowsAsync<ConflictException>(() =>
            _app.CallAsync((Invitations i) => i.RenewPasswordAsync(user.Id, Caller.As(admin), Cancel)));
    }

    [Fact]
    public async Task All_that_is_wrong_with_an_invitation_is_said_at_once()
    {
        var taken = await _app.CreateUserAsync(Role.Viewer);
        var problems = await ProblemsAsync(new() { Email = "nobody", Role = (Role)7, ExpiresInDays = 8 }, Caller.Bootstrap);
        Assert.Equal(["Email", "ExpiresInDays", "Role"], problems.Keys.Order(StringComparer.Ordinal));
        Assert.Contains(
            "has an account already",
            (await ProblemsAsync(new() { Email = taken.Email }, Caller.Bootstrap))["Email"],
            StringComparison.Ordinal);
        var small = await _app.CreateUserAsync(Role.Operator);
        Assert.Equal(["Role"], (await ProblemsAsync(new() { Email = "x@example.com", Role = Role.Administrator }, Caller.As(small))).Keys);
    }

    [Fact]
    public async Task Of_two_who_use_a_link_at_once_one_gets_in()
    {
        var (_, token) = await InviteAsync("race@example.com", Role.Viewer, await _app.CreateUserAsync(Role.Administrator));
        var users = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(i => _app.CallAsync((Invitations x) => x.AcceptAsync(token, $"{NewPassword} {i}", Cancel))));
        Assert.Single(users, u => u.User is not null);
    }

    private async Task<IReadOnlyDictionary<string, string>> ProblemsAsync(
        InvitationInput input, System.Security.Claims.ClaimsPrincipal by) =>
        (await Assert.ThrowsAsync<InvalidInputException>(
            () => _app.CallAsync((Invitations i) => i.InviteAsync(input, by, Cancel)))).Problems;

    private Task<NewInvitation> InviteAsync(string email, Role role, AppUser by) =>
        _app.CallAsync((Invitations i) => i.InviteAsync(new() { Email = email, Role = role }, Caller.As(by), Cancel));

    private static async Task<HttpResponseMessage> AcceptAsync(Visitor person, string token)
    {
        await person.GetAsync($"/Welcome?token={token}");
        return await person.SubmitAsync("/Welcome", ("Input.Password", NewPassword), ("Input.Repeat", NewPassword));
    }

    private async Task<HttpStatusCode> OpenAsync(string token)
    {
        using var person = new Visitor(_app);
        await person.GetAsync($"/Welcome?token={token}");
        return (await person.GetAsync("/Welcome")).StatusCode;
    }
}
