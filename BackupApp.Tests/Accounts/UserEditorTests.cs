using BackupApp.Accounts.People;
using BackupApp.Accounts.Tokens;
using BackupApp.Errors;

namespace BackupApp.Tests.Accounts;

public sealed class UserEditorTests(AccountsFixture fixture) : IClassFixture<AccountsFixture>, IAsyncLifetime
{
    private AccountsApp _app = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _app = await fixture.AppAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_new_role_reaches_open_sessions_within_a_minute_and_is_audited()
    {
        var (admin, user) = (await _app.CreateUserAsync(Role.Administrator), await _app.CreateUserAsync(Role.Operator));
        using var browser = await SignedInAsync(user);
        Assert.Equal(200, await StatusAsync(browser, "/Samples/Edit"));
        await EditAsync(e => e.SetRoleAsync(user.Id, Role.Viewer, Caller.As(admin), Cancel));
        _app.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal((403, 200), (await StatusAsync(browser, "/Samples/Edit"), await StatusAsync(browser, "/Samples")));
        Assert.Equal("{\"to\": \"viewer\", \"from\": \"operator\"}", await MetadataAsync("user.role_changed", user));
    }

    [Fact]
    public async Task A_disabled_user_is_out_within_a_minute_and_old_sessions_stay_out_when_enabled_again()
    {
        var (admin, user) = (await _app.CreateUserAsync(Role.Administrator), await _app.CreateUserAsync(Role.Viewer));
        using var browser = await SignedInAsync(user);
        await EditAsync(e => e.DisableAsync(user.Id, Caller.As(admin), Cancel));
        _app.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.False(await browser.IsSignedInAsync());
        using var again = new Visitor(_app);
        Assert.Null((await again.TrySignInAsync(user.Email!)).Headers.Location);

        await EditAsync(e => e.EnableAsync(user.Id, Caller.As(admin), Cancel));
        Assert.False(await browser.IsSignedInAsync());
        await again.SignInAsync(user.Email!);
        Assert.Equal("{\"disabled\": true} {\"disabled\": false}", await MetadataAsync("user.disabled", user));
    }

    [Fact]
    public async Task Signing_somebody_out_everywhere_ends_sessions_and_not_tokens()
    {
        var (admin, user) = (await _app.CreateUserAsync(Role.Administrator), await _app.CreateUserAsync(Role.Viewer));
        using var browser = await SignedInAsync(user);
        var (token, _) = await _app.CreateTokenAsync(user, TokenRole.Viewer);
        await EditAsync(e => e.RevokeSessionsAsync(user.Id, Caller.As(admin), Cancel));
        _app.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.False(await browser.IsSignedInAsync());
        Assert.Equal(
            200,
            (int)(await browser.SendAsync(HttpMethod.Get, "/api/v1/samples", ("Authorization", "Bearer " + token))).StatusCode);
        Assert.Equal("{}", await MetadataAsync("user.sessions_revoked", user));
    }

    [Fact]
    public async Task Nobody_changes_their_own_role_or_state()
    {
        var admin = await _app.CreateUserAsync(Role.Administrator);
        await _app.CreateUserAsync(Role.Administrator);
        await RefusedAsync("You cannot change your own role.", e => e.SetRoleAsync(admin.Id, Role.Viewer, Caller.As(admin), Cancel));
        await RefusedAsync("You cannot disable yourself.", e => e.DisableAsync(admin.Id, Caller.As(admin), Cancel));
        Assert.Equal("", await MetadataAsync("user.role_changed", admin));
    }

    [Fact]
    public async Task The_last_active_administrator_stays_one_whoever_asks()
    {
        await using var app = await AccountsApp.StartAsync();
        var (last, disabled) = (await app.CreateUserAsync(Role.Administrator), await app.CreateUserAsync(Role.Administrator));
        await app.CallAsync((UserEditor e) => e.DisableAsync(disabled.Id, Caller.Bootstrap, Cancel));
        foreach (var change in (Func<UserEditor, Task<AppUser>>[])[
            e => e.SetRoleAsync(last.Id, Role.Operator, Caller.Bootstrap, Cancel), e => e.DisableAsync(last.Id, Caller.Bootstrap, Cancel)])
        {
            var refusal = await Assert.ThrowsAsync<ConflictException>(() => app.CallAsync(change));
            Assert.StartsWith("This is the last active administrator.", refusal.Message, StringComparison.Ordinal);
        }

        Assert.Equal(1, await app.ScalarAsync<long>("select count(*) from users where role = 'administrator' and disabled_at is null"));
    }

    [Fact]
    public async Task Two_administrators_who_demote_each_other_at_once_do_not_both_succeed()
    {
        await using var app = await AccountsApp.StartAsync();
        var (ann, bob) = (await app.CreateUserAsync(Role.Administrator), await app.CreateUserAsync(Role.Administrator));
        var results = await Task.WhenAll(
            TryAsync(e => e.SetRoleAsync(bob.Id, Role.Viewer, Caller.As(ann), Cancel)),
            TryAsync(e => e.DisableAsync(ann.Id, Caller.As(bob), Cancel)));
        Assert.Single(results, succeeded => succeeded);
        Assert.Equal(1, await app.ScalarAsync<long>("select count(*) from users where role = 'administrator' and disabled_at is null"));

        async Task<bool> TryAsync(Func<UserEditor, Task<AppUser>> change)
        {
            try
            {
                await app.CallAsync(change);
                return true;
            }
            catch (ConflictException)
            {
                return false;
            }
        }
    }

    [Fact]
    public async Task A_form_without_a_role_changes_nothing()
    {
        var (admin, user) = (await _app.CreateUserAsync(Role.Administrator), await _app.CreateUserAsync(Role.Operator));
        using var browser = await SignedInAsync(admin);
        await browser.ConfirmAsync();
        var token = await browser.AntiforgeryTokenAsync($"/Users/Details/{user.Id}");
        var answer = await browser.PostAsync(
            $"/Users/Details/{user.Id}?handler=Role", ("__RequestVerificationToken", token), ("Role", "Emperor"));
        Assert.Equal(400, (int)answer.StatusCode);
        Assert.Equal("operator", await _app.ScalarAsync<string>($"select role from users where id = '{user.Id}'"));
    }

    private Task<AppUser> EditAsync(Func<UserEditor, Task<AppUser>> change) => _app.CallAsync(change);

    private async Task RefusedAsync(string why, Func<UserEditor, Task<AppUser>> change) =>
        Assert.StartsWith(why, (await Assert.ThrowsAsync<ConflictException>(() => EditAsync(change))).Message, StringComparison.Ordinal);

    private Task<string?> MetadataAsync(string action, AppUser user) =>
        _app.ScalarAsync<string>(
            "select coalesce(string_agg(metadata::text, ' ' order by id), '') "
            + $"from audit_log where action = '{action}' and target_id = '{user.Id}'");

    private async Task<Visitor> SignedInAsync(AppUser user)
    {
        var browser = new Visitor(_app);
        await browser.SignInAsync(user.Email!);
        return browser;
    }

    private static async Task<int> StatusAsync(Visitor browser, string path) => (int)(await browser.GetAsync(path)).StatusCode;
}
