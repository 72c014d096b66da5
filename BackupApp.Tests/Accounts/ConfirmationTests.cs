using System.Net;
using BackupApp.Accounts;
using BackupApp.Accounts.People;
using BackupApp.Accounts.SignIn;

namespace BackupApp.Tests.Accounts;

/// <summary>What makes a new way into an account asks who is there once more.</summary>
public sealed class ConfirmationTests(AccountsFixture fixture) : IClassFixture<AccountsFixture>, IAsyncLifetime
{
    private const string Manage = "/Identity/Account/Manage/";

    private AccountsApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await fixture.AppAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData(Manage + "CreateApiToken")]
    [InlineData(Manage + "EnableAuthenticator")]
    [InlineData(Manage + "Disable2fa")]
    [InlineData(Manage + "GenerateRecoveryCodes")]
    [InlineData(Manage + "ResetAuthenticator")]
    [InlineData("/Users/Invite")]
    public async Task A_session_alone_opens_no_page_that_makes_a_way_in(string page)
    {
        using var visitor = await SignedInAsync();
        foreach (var answer in new[] { await visitor.GetAsync(page), await visitor.PostAsync(page, await AntiforgeryAsync(visitor)) })
            Assert.Equal($"{Visitor.Confirm}?returnUrl={Uri.EscapeDataString(page)}", answer.Headers.Location?.OriginalString);
    }

    [Theory]
    [InlineData("Role")]
    [InlineData("Password")]
    [InlineData("Enable")]
    public async Task Neither_does_it_help_another_account_up(string handler)
    {
        using var visitor = await SignedInAsync();
        var page = $"/Users/Details/{(await _app.CreateUserAsync($"{Guid.NewGuid():N}@example.com", UserRole.Viewer)).Id}";
        var answer = await visitor.PostAsync($"{page}?handler={handler}", await AntiforgeryAsync(visitor), ("Role", "Administrator"));
        Assert.Equal($"{Visitor.Confirm}?returnUrl={Uri.EscapeDataString(page)}", answer.Headers.Location?.OriginalString);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync(page)).StatusCode);
    }

    [Fact]
    public async Task The_password_leads_back_and_counts_for_five_minutes_in_this_session_only()
    {
        using var visitor = await SignedInAsync("confirmed@example.com");
        using var elsewhere = new Visitor(_app);
        await elsewhere.SignInAsync("confirmed@example.com");

        var query = "?returnUrl=" + Uri.EscapeDataString(Manage + "CreateApiToken");
        var answer = await visitor.TryConfirmAsync(AccountsApp.Password, query: query);

        Assert.Equal(Manage + "CreateApiToken", answer.Headers.Location?.OriginalString);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync(Manage + "CreateApiToken")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await elsewhere.GetAsync(Manage + "CreateApiToken")).StatusCode);
        _app.Time.Advance(ConfirmedIdentity.Lifetime);
        Assert.True(await visitor.IsSignedInAsync());
        Assert.Equal(HttpStatusCode.Redirect, (await visitor.GetAsync(Manage + "CreateApiToken")).StatusCode);
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("//evil.example")]
    public async Task It_leads_to_no_other_host(string returnUrl)
    {
        using var visitor = await SignedInAsync();
        var answer = await visitor.TryConfirmAsync(AccountsApp.Password, query: "?returnUrl=" + Uri.EscapeDataString(returnUrl));
        Assert.Equal("/", answer.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task Wrong_passwords_are_audited_and_the_fifth_ends_the_session_and_closes_the_account()
    {
        using var visitor = await SignedInAsync("hijacked@example.com");
        for (var i = 1; i < SignInGuard.FromOnePlace; i++)
        {
            var refused = await visitor.TryConfirmAsync("a wrong password");
            Assert.Contains("This is not your password.", await Visitor.TextAsync(refused), StringComparison.Ordinal);
        }

        var last = await visitor.TryConfirmAsync("a wrong password");

        Assert.Equal("/Identity/Account/Lockout", last.Headers.Location?.OriginalString);
        Assert.False(await visitor.IsSignedInAsync());
        Assert.Equal(HttpStatusCode.OK, (await visitor.TrySignInAsync("hijacked@example.com")).StatusCode);
        Assert.Equal(SignInGuard.FromOnePlace + 1, await CountAsync("hijacked@example.com"));
    }

    [Fact]
    public async Task The_page_that_changes_the_password_is_no_place_to_guess_it_either()
    {
        using var visitor = await SignedInAsync("unattended@example.com");
        const string next = "four other random words";
        HttpResponseMessage? answer = null;
        for (var i = 0; i < SignInGuard.FromOnePlace; i++)
        {
            answer = await visitor.SubmitAsync(
                Manage + "ChangePassword", ("Input.Current", $"guess number {i}"), ("Input.New", next), ("Input.Repeat", next));
        }

        Assert.Equal("/Identity/Account/Lockout", answer?.Headers.Location?.OriginalString);
        Assert.False(await visitor.IsSignedInAsync());
        Assert.Equal(SignInGuard.FromOnePlace + 1, await CountAsync("unattended@example.com"));
        _app.Time.Advance(SignInGuard.Wait);
        await visitor.SignInAsync("unattended@example.com");
    }

    [Fact]
    public async Task The_second_factor_is_asked_for_too_and_a_code_that_signed_in_does_not_count_again()
    {
        const string email = "both@example.com";
        using var visitor = await SignedInAsync(email);
        await visitor.ConfirmAsync();
        var (key, codes) = await TwoFactorSetUp.EnableAsync(visitor, _app.Time);
        _app.Time.Advance(ConfirmedIdentity.Lifetime);
        var code = Totp.Code(key, _app.Time.GetUtcNow());
        using var again = new Visitor(_app);
        await again.TrySignInAsync(email);
        var signedIn = await again.SubmitAsync("/Identity/Account/LoginWith2fa", ("Input.Code", code));
        Assert.Equal("/", signedIn.Headers.Location?.OriginalString);

        foreach (var wrong in new[] { "", code, Totp.WrongCode(key, _app.Time.GetUtcNow()) })
        {
            var refused = await again.TryConfirmAsync(AccountsApp.Password, wrong);
            Assert.Contains("This code is not right", await Visitor.TextAsync(refused), StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.Redirect, (await again.GetAsync(Manage + "CreateApiToken")).StatusCode);
        await again.ConfirmAsync(codes[0].ToLowerInvariant());
        Assert.Equal(HttpStatusCode.OK, (await again.GetAsync(Manage + "CreateApiToken")).StatusCode);
    }

    private async Task<Visitor> SignedInAsync(string? email = null)
    {
        email ??= $"{Guid.NewGuid():N}@example.com";
        await _app.CreateUserAsync(email, UserRole.Administrator);
        var visitor = new Visitor(_app);
        await visitor.SignInAsync(email);
        return visitor;
    }

    private static async Task<(string, string)> AntiforgeryAsync(Visitor visitor) =>
        ("__RequestVerificationToken", await visitor.AntiforgeryTokenAsync(Manage + "ChangePassword"));

    private async Task<long> CountAsync(string email) => await _app.ScalarAsync<long>(
        $"select count(*) from audit_log where action = 'user.confirm_failed' and actor_name = '{email}' and target_name = '{email}'");
}
