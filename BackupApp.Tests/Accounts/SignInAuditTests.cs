using BackupApp.Accounts.People;

namespace BackupApp.Tests.Accounts;

public sealed class SignInAuditTests(AccountsFixture fixture) : IClassFixture<AccountsFixture>, IAsyncLifetime
{
    private AccountsApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await fixture.AppAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Signing_in_says_who_from_where_and_with_what()
    {
        var user = await _app.CreateUserAsync("audited@example.com", Role.Viewer);
        using var visitor = new Visitor(_app);
        await visitor.SignInAsync("audited@example.com");
        var entry = await _app.ScalarAsync<string>(
            "select concat_ws(' ', actor_type, actor_id, actor_name, host(ip), user_agent, metadata) "
            + $"from audit_log where action = 'user.signed_in' and target_id = '{user.Id}'");
        Assert.Equal($"user {user.Id} audited@example.com 127.0.0.1 visitor/1.0 {{\"method\": \"password\"}}", entry);
    }

    [Fact]
    public async Task A_failed_sign_in_names_a_known_user_and_never_what_was_typed()
    {
        await _app.CreateUserAsync("target@example.com", Role.Viewer);
        using var visitor = new Visitor(_app);
        await visitor.TrySignInAsync("target@example.com", "a wrong password");
        await visitor.TrySignInAsync("my-secret-password@example.com", "a wrong password");
        var failures = (await _app.AuditAsync()).Where(l => l.StartsWith("user.sign_in_failed", StringComparison.Ordinal)).ToArray();
        Assert.Equal(["user.sign_in_failed anonymous target@example.com", "user.sign_in_failed anonymous"], failures);
        Assert.DoesNotContain(
            "my-secret-password",
            await _app.ScalarAsync<string>("select string_agg(a::text, ' ') from audit_log a"),
            StringComparison.Ordinal);
        Assert.DoesNotContain(_app.Log.Lines, l => l.Contains("a wrong password", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Changing_the_password_is_audited_in_the_users_name()
    {
        await _app.CreateUserAsync("renewer@example.com", Role.Viewer);
        using var visitor = new Visitor(_app);
        await visitor.SignInAsync("renewer@example.com");
        await visitor.SubmitAsync(
            "/Identity/Account/Manage/ChangePassword",
            ("Input.Current", AccountsApp.Password), ("Input.New", "four other random words"), ("Input.Repeat", "four other random words"));
        Assert.Contains("user.password_changed renewer@example.com renewer@example.com", await _app.AuditAsync());
    }
}
