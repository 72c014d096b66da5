using BackupApp.Accounts.People;

namespace BackupApp.Tests.Accounts;

/// <summary>A browser that is not asked for a code of the authenticator app: for how long, and until when.</summary>
public sealed class RememberedBrowserTests(AccountsFixture fixture) : IClassFixture<AccountsFixture>, IAsyncLifetime
{
    private const string Login2fa = "/Identity/Account/LoginWith2fa";

    private AccountsApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await fixture.AppAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task It_is_asked_again_after_thirty_days_however_often_it_signed_in_since()
    {
        using var browser = await RememberedAsync("often@example.com");

        _app.Time.Advance(TimeSpan.FromDays(20));
        Assert.False(await IsAskedAsync(browser, "often@example.com"));
        _app.Time.Advance(TimeSpan.FromDays(11));
        Assert.True(await IsAskedAsync(browser, "often@example.com"));
    }

    [Fact]
    public async Task It_is_asked_again_after_signing_out()
    {
        using var browser = await RememberedAsync("leaves@example.com");

        await browser.SubmitAsync("/Identity/Account/Logout");

        Assert.True(await IsAskedAsync(browser, "leaves@example.com"));
    }

    private async Task<Visitor> RememberedAsync(string email)
    {
        await _app.CreateUserAsync(email, UserRole.Viewer);
        using var first = new Visitor(_app);
        await first.SignInAsync(email);
        await first.ConfirmAsync();
        var (key, _) = await TwoFactorSetUp.EnableAsync(first, _app.Time);
        var browser = new Visitor(_app);
        Assert.True(await IsAskedAsync(browser, email));
        var code = Totp.Code(key, _app.Time.GetUtcNow());
        var answer = await browser.SubmitAsync(Login2fa, ("Input.Code", code), ("Input.RememberBrowser", "true"));
        Assert.Equal("/", answer.Headers.Location?.OriginalString);
        return browser;
    }

    private static async Task<bool> IsAskedAsync(Visitor browser, string email)
    {
        using var answer = await browser.TrySignInAsync(email);
        var next = answer.Headers.Location?.OriginalString ?? "";
        return next.StartsWith(Login2fa, StringComparison.Ordinal) || (next == "/" ? false : throw new InvalidOperationException(next));
    }
}
