using System.Net;
using BackupApp.Accounts.People;
using BackupApp.Accounts.Tokens;

namespace BackupApp.Tests.Accounts;

/// <summary>A new password ends what somebody else may have made with the old one, where asked to.</summary>
public sealed class NewPasswordTests(AccountsFixture fixture) : IClassFixture<AccountsFixture>, IAsyncLifetime
{
    private const string Page = "/Identity/Account/Manage/ChangePassword";

    private AccountsApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await fixture.AppAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData(true, "Your password was changed, and one API token is revoked.", HttpStatusCode.Unauthorized)]
    [InlineData(false, "Your password was changed.", HttpStatusCode.OK)]
    public async Task The_api_tokens_are_revoked_with_it_where_somebody_says_so(bool revoke, string says, HttpStatusCode answered)
    {
        var user = await _app.CreateUserAsync(UserRole.Viewer);
        using var browser = new Visitor(_app);
        await browser.SignInAsync(user.Email!);
        var (token, _) = await _app.CreateTokenAsync(user, TokenRole.Viewer);

        await ChangeAsync(browser, "not the password", revoke);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(browser, token));
        await ChangeAsync(browser, AccountsApp.Password, revoke);

        Assert.Contains(says, await browser.ReadAsync(Page), StringComparison.Ordinal);
        Assert.Equal(answered, await AskAsync(browser, token));
        Assert.True(await browser.IsSignedInAsync());
    }

    private static Task<HttpResponseMessage> ChangeAsync(Visitor browser, string current, bool revoke)
    {
        const string next = "four other random words";
        (string, string)[] fields = [("Input.Current", current), ("Input.New", next), ("Input.Repeat", next)];
        return browser.SubmitAsync(Page, revoke ? [.. fields, ("revokeTokens", "true")] : fields);
    }

    private static async Task<HttpStatusCode> AskAsync(Visitor browser, string token) =>
        (await browser.SendAsync(HttpMethod.Get, "/api/v1/samples", ("Authorization", "Bearer " + token))).StatusCode;
}
