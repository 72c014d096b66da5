using System.Security.Claims;
using BackupApp.Accounts.People;
using BackupApp.Accounts.SignIn;
using BackupApp.Accounts.Tokens;
using BackupApp.Errors;

namespace BackupApp.Tests.Accounts;

/// <summary>Making, listing and revoking tokens.</summary>
public sealed class ApiTokensTests(AccountsFixture fixture) : IClassFixture<AccountsFixture>, IAsyncLifetime
{
    private AccountsApp _app = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _app = await fixture.AppAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_new_token_belongs_to_its_maker_for_90_days_and_both_its_ends_are_audited()
    {
        var user = await _app.CreateUserAsync(Role.Operator);
        var made = await CreateAsync(new() { Name = " deploy ", Role = TokenRole.Runner }, Caller.As(user));
        Assert.Equal((user.Id, "deploy", _app.Time.GetUtcNow().AddDays(90)), (made.Token.OwnerId, made.Token.Name, made.Token.ExpiresAt));
        Assert.Equal(made.Token.Id, Assert.Single(await ListAsync(user)).Token.Id);

        await _app.CallAsync((ApiTokens t) => t.RevokeAsync(made.Token.Id, Caller.As(user), Cancel));
        await _app.CallAsync((ApiTokens t) => t.RevokeAsync(made.Token.Id, Caller.As(user), Cancel));
        Assert.Empty(await ListAsync(user));
        var entries = await _app.ScalarAsync<string>(
            "select string_agg(action || ' ' || target_name || ' ' || metadata::text, ' ' order by id) "
            + $"from audit_log where target_id = '{made.Token.Id}'");
        Assert.StartsWith("api_token.created deploy {\"role\": \"runner\"", entries, StringComparison.Ordinal);
        Assert.EndsWith("} api_token.revoked deploy {}", entries, StringComparison.Ordinal);
        Assert.DoesNotContain(made.Text.Split('_')[2], entries, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Role.Viewer, TokenRole.Viewer)]
    [InlineData(Role.Operator, TokenRole.Runner, TokenRole.Viewer, TokenRole.Operator)]
    [InlineData(Role.Administrator, TokenRole.Runner, TokenRole.Viewer, TokenRole.Operator, TokenRole.Administrator)]
    public async Task Nobody_gives_a_token_more_than_they_have(Role role, params TokenRole[] allowed)
    {
        var user = await _app.CreateUserAsync(role);
        foreach (var wanted in Enum.GetValues<TokenRole>())
        {
            var input = new ApiTokenInput { Name = "x", Role = wanted };
            if (allowed.Contains(wanted))
                Assert.Equal(wanted, (await CreateAsync(input, Caller.As(user))).Token.Role);
            else
                Assert.Equal(["Role"], (await ProblemsAsync(input, Caller.As(user))).Keys);
        }
    }

    [Fact]
    public async Task All_that_is_wrong_with_a_token_is_said_at_once()
    {
        var admin = Caller.As(await _app.CreateUserAsync(Role.Administrator));
        var problems = await ProblemsAsync(
            new() { Name = " ", Role = (TokenRole)9, ExpiresInDays = -1, DataSourceIds = [Guid.NewGuid()] }, admin);
        Assert.Equal(["DataSourceIds", "ExpiresInDays", "Name", "Role"], problems.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["Name"], (await ProblemsAsync(new() { Name = new string('x', 101) }, admin)).Keys);
        Assert.Equal(
            ["DataSourceIds"],
            (await ProblemsAsync(
                new() { Name = "x", Role = TokenRole.Runner, DataSourceIds = [Guid.NewGuid()] }, admin)).Keys);
        await Assert.ThrowsAsync<ConflictException>(() => CreateAsync(new() { Name = "x" }, Caller.Bootstrap));
    }

    [Fact]
    public async Task Administrators_see_and_revoke_everybodys_tokens_and_others_only_their_own()
    {
        var (user, other, admin) = (await _app.CreateUserAsync(Role.Viewer),
            await _app.CreateUserAsync(Role.Operator),
            await _app.CreateUserAsync(Role.Administrator));
        var id = (await CreateAsync(new() { Name = "mine" }, Caller.As(user))).Token.Id;
        await Assert.ThrowsAsync<NotFoundException>(() => _app.CallAsync((ApiTokens t) => t.RevokeAsync(id, Caller.As(other), Cancel)));
        Assert.Contains(
            await _app.CallAsync((ApiTokens t) => t.ListAsync(null, Cancel)),
            row => row.Token.Id == id && row.Owner == user.Email);
        Assert.NotNull((await _app.CallAsync((ApiTokens t) => t.RevokeAsync(id, Caller.As(admin), Cancel))).RevokedAt);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(90)]
    [InlineData(3650)]
    public async Task A_token_made_by_a_token_expires_no_later_and_is_revoked_with_it_and_so_is_what_that_one_made(int days)
    {
        var admin = await _app.CreateUserAsync(Role.Administrator);
        var first = await CreateAsync(new() { Name = "first", Role = TokenRole.Administrator, ExpiresInDays = 30 }, Caller.As(admin));
        var second = await CreateAsync(
            new() { Name = "second", Role = TokenRole.Administrator, ExpiresInDays = days }, Caller.As(admin, first.Token));
        var third = await CreateAsync(new() { Name = "third", Role = TokenRole.Viewer, ExpiresInDays = 7 }, Caller.As(admin, second.Token));
        Assert.Equal(first.Token.ExpiresAt!.Value, second.Token.ExpiresAt!.Value, TimeSpan.FromMicroseconds(1)); // as exact as the database
        Assert.Equal(_app.Time.GetUtcNow().AddDays(7), third.Token.ExpiresAt);

        await _app.CallAsync((ApiTokens t) => t.RevokeAsync(first.Token.Id, Caller.As(admin), Cancel));

        Assert.Empty(await ListAsync(admin));
        await Assert.ThrowsAsync<ConflictException>(() => CreateAsync(new() { Name = "late" }, Caller.As(admin, second.Token)));
        Assert.Equal(
            "{} {\"madeBy\": \"first\"} {\"madeBy\": \"second\"}",
            await _app.ScalarAsync<string>(
                "select string_agg(metadata::text, ' ' order by id) from audit_log where action = 'api_token.revoked' "
                + $"and target_id in ('{first.Token.Id}', '{second.Token.Id}', '{third.Token.Id}')"));
    }

    [Fact]
    public async Task Signing_out_everywhere_revokes_tokens_where_asked_to()
    {
        var (user, other) = (await _app.CreateUserAsync(Role.Operator), await _app.CreateUserAsync(Role.Operator));
        foreach (var owner in (AppUser[])[user, user, other])
            await CreateAsync(new() { Name = "x" }, Caller.As(owner));

        Assert.Null(await _app.CallAsync((SignOutEverywhere s) => s.RunAsync(user.Id, revokeTokens: false, Caller.As(user), Cancel)));
        Assert.Equal(2, (await ListAsync(user)).Count);
        Assert.Equal(2, await _app.CallAsync((SignOutEverywhere s) => s.RunAsync(user.Id, revokeTokens: true, Caller.As(user), Cancel)));
        Assert.Empty(await ListAsync(user));
        Assert.Single(await ListAsync(other));
    }

    [Fact]
    public async Task The_text_is_shown_once()
    {
        var user = await _app.CreateUserAsync(Role.Viewer);
        using var browser = new Visitor(_app);
        await browser.SignInAsync(user.Email!);
        const string page = "/Identity/Account/Manage/ApiTokens";
        await browser.ConfirmAsync();
        var made = await browser.SubmitAsync(
            "/Identity/Account/Manage/CreateApiToken", ("Input.Name", "script"), ("Input.Role", "Viewer"), ("Input.ExpiresInDays", "0"));
        Assert.Equal(page, made.Headers.Location?.OriginalString);
        Assert.Matches("bka_[0-9A-Za-z]{12}_[0-9A-Za-z]{43}", await browser.ReadAsync(page));
        Assert.DoesNotMatch("bka_[0-9A-Za-z]{12}_[0-9A-Za-z]{43}", await browser.ReadAsync(page));
        Assert.Null(Assert.Single(await ListAsync(user)).Token.ExpiresAt);
    }

    private Task<NewApiToken> CreateAsync(ApiTokenInput input, ClaimsPrincipal by) =>
        _app.CallAsync((ApiTokens t) => t.CreateAsync(input, by, Cancel));

    private Task<IReadOnlyList<ApiTokenRow>> ListAsync(AppUser owner) => _app.CallAsync((ApiTokens t) => t.ListAsync(owner.Id, Cancel));

    private async Task<IReadOnlyDictionary<string, string>> ProblemsAsync(ApiTokenInput input, ClaimsPrincipal by) =>
        (await Assert.ThrowsAsync<InvalidInputException>(() => CreateAsync(input, by))).Problems;
}
