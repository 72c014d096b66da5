using BackupApp.Accounts;
using BackupApp.Accounts.People;
using BackupApp.Accounts.Tokens;
using Microsoft.Extensions.DependencyInjection;

namespace BackupApp.Tests.Accounts;

public sealed class UserCommandsTests(AccountsFixture fixture) : IClassFixture<AccountsFixture>, IAsyncLifetime
{
    private AccountsApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await fixture.AppAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Reset_lets_a_locked_out_user_with_a_lost_telephone_in_and_ends_the_other_sessions()
    {
        const string email = "stuck@example.com";
        var user = await _app.CreateUserAsync(email, Role.Viewer);
        using var before = new Visitor(_app);
        await before.SignInAsync(email);
        await _app.ExecuteAsync(
            $"update users set two_factor_enabled = true, lockout_end = now() + interval '15 minutes' where id = '{user.Id}'");

        var (code, output, _) = await RunAsync("", "reset", email);

        Assert.Equal(0, code);
        using var after = new Visitor(_app);
        await after.SignInAsync(email, output.Trim());
        _app.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.False(await before.IsSignedInAsync());
        Assert.DoesNotContain(_app.Log.Lines, l => l.Contains(output.Trim(), StringComparison.Ordinal));
        var bySystem = (await _app.AuditAsync())
            .Where(l => l.EndsWith(" " + email, StringComparison.Ordinal) && l.Split(' ').Length == 2)
            .Select(l => l.Split(' ')[0]);
        Assert.Equal(
            ["user.created", "user.password_changed", "user.sessions_revoked", "user.two_factor_changed"],
            bySystem.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_password_from_standard_input_is_not_printed()
    {
        await _app.CreateUserAsync("piped@example.com", Role.Viewer);
        var (code, output, error) = await RunAsync("a password from a pipe\n", "reset", "piped@example.com", "--password-stdin");
        Assert.Equal((0, ""), (code, output));
        Assert.DoesNotContain("a password from a pipe", error, StringComparison.Ordinal);
        using var visitor = new Visitor(_app);
        await visitor.SignInAsync("piped@example.com", "a password from a pipe");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1, "--revoke-tokens")]
    public async Task Reset_revokes_the_api_tokens_where_asked_to(long revoked, params string[] option)
    {
        var user = await _app.CreateUserAsync(Role.Viewer);
        await _app.CreateTokenAsync(user, TokenRole.Viewer);
        var (code, _, _) = await RunAsync("", ["reset", user.Email!, .. option]);
        Assert.Equal(0, code);
        Assert.Equal(
            revoked,
            await _app.ScalarAsync<long>($"select count(*) from api_tokens where owner_id = '{user.Id}' and revoked_at is not null"));
    }

    [Theory]
    [InlineData("short", "12 characters")]
    [InlineData("password12345", "strangers try first")]
    [InlineData("BackupApp-password", "name of this product")]
    public async Task A_password_that_is_refused_changes_nothing(string password, string problem)
    {
        var email = $"{Guid.NewGuid():N}@example.com";
        await _app.CreateUserAsync(email, Role.Viewer);
        var (code, _, error) = await RunAsync(password + "\n", "reset", email, "--password-stdin");
        Assert.Equal(1, code);
        Assert.Contains(problem, error, StringComparison.Ordinal);
        using var visitor = new Visitor(_app);
        await visitor.SignInAsync(email);
    }

    [Theory]
    [InlineData(1, "There is no user nobody@example.com.", "reset", "nobody@example.com")]
    [InlineData(2, "Usage:", "reset")]
    [InlineData(2, "Usage:", "delete", "nobody@example.com")]
    [InlineData(2, "Usage:", "reset", "nobody@example.com", "password")]
    public async Task What_cannot_be_done_is_said(int expected, string message, params string[] args)
    {
        var (code, output, error) = await RunAsync("", args);
        Assert.Equal((expected, ""), (code, output));
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(string input, params string[] args)
    {
        await using var scope = _app.Services.CreateAsyncScope();
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await scope.ServiceProvider.GetRequiredService<UserCommands>().RunAsync(args, new StringReader(input), output, error);
        return (code, output.ToString(), error.ToString());
    }
}
