using System.Net;
using BackupApp.Accounts.People;
using BackupApp.Accounts.Tokens;

namespace BackupApp.Tests.Accounts;

/// <summary>Where the configuration requires a second factor of administrators.</summary>
public sealed class RequiredTwoFactorTests
{
    private const string Manage = "/Identity/Account/Manage/";

    [Fact]
    public async Task Who_has_none_is_led_to_set_it_up_before_anything_else()
    {
        await using var app = await AccountsApp.StartAsync(("BackupApp:Accounts:RequireTwoFactorFor:0", "Administrator"));
        await app.CreateUserAsync("boss@example.com", UserRole.Administrator);
        using var boss = new Visitor(app);
        await boss.SignInAsync("boss@example.com");

        foreach (var path in new[] { "/Samples", "/Users/Samples", "/hangfire", Manage + "ApiTokens", Manage + "TwoFactorAuthentication" })
            Assert.Equal(TwoFactorSetUp.Page, (await boss.GetAsync(path)).Headers.Location?.OriginalString);
        Assert.Equal(HttpStatusCode.Redirect, (await boss.PostAsync("/Samples")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await boss.GetAsync("/api/v1/samples")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await boss.GetAsync("/health/sample")).StatusCode);

        await boss.ConfirmAsync();
        Assert.Contains("Your role needs a second factor", await boss.ReadAsync(TwoFactorSetUp.Page), StringComparison.Ordinal);
        await TwoFactorSetUp.EnableAsync(boss, app.Time);
        Assert.Equal(HttpStatusCode.OK, (await boss.GetAsync("/Users/Samples")).StatusCode);

        await boss.SubmitAsync(Manage + "Disable2fa");
        Assert.Equal(HttpStatusCode.OK, (await boss.GetAsync("/Users/Samples")).StatusCode);
        Assert.True(await app.ScalarAsync<bool>("select two_factor_enabled from users where email = 'boss@example.com'"));
    }

    [Fact]
    public async Task Other_roles_and_tokens_are_not_asked()
    {
        await using var app = await AccountsApp.StartAsync(("BackupApp:Accounts:RequireTwoFactorFor:0", "administrator"));
        await app.CreateUserAsync("reader@example.com", UserRole.Viewer);
        var owner = await app.CreateUserAsync("owner@example.com", UserRole.Administrator);
        using var reader = new Visitor(app);
        await reader.SignInAsync("reader@example.com");
        Assert.Equal(HttpStatusCode.OK, (await reader.GetAsync("/Samples")).StatusCode);
        var (token, _) = await app.CreateTokenAsync(owner, TokenRole.Administrator);
        using var program = new Visitor(app);
        var answer = await program.SendAsync(HttpMethod.Get, "/api/v1/samples", ("Authorization", "Bearer " + token));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_role_that_does_not_exist_stops_the_start()
    {
        var setting = ("BackupApp:Accounts:RequireTwoFactorFor:0", "Adminstrator");
        var error = await Assert.ThrowsAnyAsync<Exception>(() => AccountsApp.StartAsync(setting));
        Assert.Contains("'Adminstrator' is no role.", error.Message, StringComparison.Ordinal);
    }
}
