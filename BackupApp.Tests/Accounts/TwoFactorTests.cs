using System.Net;
using BackupApp.Accounts.People;
using BackupApp.Accounts.SignIn;

namespace BackupApp.Tests.Accounts;

public sealed class TwoFactorTests(AccountsFixture fixture) : IClassFixture<AccountsFixture>, IAsyncLifetime
{
    private const string Manage = "/Identity/Account/Manage/";

    private const string Login2fa = "/Identity/Account/LoginWith2fa";

    private static readonly TimeSpan Step = TimeSpan.FromSeconds(30);

    private AccountsApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await fixture.AppAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Signing_in_then_takes_the_code_of_the_authenticator_app()
    {
        var (key, _) = await EnableAsync("totp@example.com");
        using var visitor = new Visitor(_app);
        var step = await visitor.TrySignInAsync("totp@example.com");
        Assert.StartsWith("/Identity/Account/LoginWith2fa", step.Headers.Location?.OriginalString, StringComparison.Ordinal);
        Assert.False(await visitor.IsSignedInAsync());

        var wrongCode = Totp.WrongCode(key, _app.Time.GetUtcNow());
        var wrong = await visitor.SubmitAsync(step.Headers.Location!.OriginalString, ("Input.Code", wrongCode));
        Assert.StartsWith("This code is not right.", await Visitor.AlertAsync(wrong), StringComparison.Ordinal);
        var code = Totp.Code(key, _app.Time.GetUtcNow());
        var right = await visitor.SubmitAsync(step.Headers.Location!.OriginalString, ("Input.Code", $"{code[..3]} {code[3..]}"));
        Assert.Equal("/", right.Headers.Location?.OriginalString);
        Assert.True(await visitor.IsSignedInAsync());
    }

    [Fact]
    public async Task A_code_signs_in_once_also_when_it_is_sent_twice_at_once()
    {
        var (key, _) = await EnableAsync("once@example.com");
        var code = Totp.Code(key, _app.Time.GetUtcNow());
        using var first = new Visitor(_app);
        using var second = new Visitor(_app);
        await first.TrySignInAsync("once@example.com");
        await second.TrySignInAsync("once@example.com");
        var answers = await Task.WhenAll(
            first.SubmitAsync(Login2fa, ("Input.Code", code)),
            second.SubmitAsync(Login2fa, ("Input.Code", code)));
        Assert.Single(answers, a => a.Headers.Location?.OriginalString == "/");
    }

    [Theory]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public async Task A_code_of_the_neighbouring_half_minute_is_taken_and_no_other(int steps, bool taken)
    {
        var email = $"window{steps}@example.com";
        var (key, _) = await EnableAsync(email);
        _app.Time.Advance(Step * 3); // steps before the one that switched it on would be refused for another reason
        using var visitor = new Visitor(_app);
        await visitor.TrySignInAsync(email);
        var answer = await visitor.SubmitAsync(Login2fa, ("Input.Code", Totp.Code(key, _app.Time.GetUtcNow() + (steps * Step))));
        Assert.Equal(taken, answer.Headers.Location?.OriginalString == "/");
    }

    [Theory]
    [InlineData("disabled", "disabled_at = now()")]
    [InlineData("locked", "lockout_end = now() + interval '1 hour'")]
    public async Task Neither_code_opens_an_account_that_is_closed_after_the_password_was_taken(string why, string sql)
    {
        var email = $"{why}-later@example.com";
        var (key, codes) = await EnableAsync(email);
        using var visitor = new Visitor(_app);
        await visitor.TrySignInAsync(email);
        await _app.ExecuteAsync($"update users set {sql} where email = '{email}'");

        await visitor.SubmitAsync("/Identity/Account/LoginWithRecoveryCode", ("Input.Code", codes[0]));
        Assert.False(await visitor.IsSignedInAsync());
        await visitor.SubmitAsync(Login2fa, ("Input.Code", Totp.Code(key, _app.Time.GetUtcNow())));
        Assert.False(await visitor.IsSignedInAsync());

        await _app.ExecuteAsync($"update users set disabled_at = null, lockout_end = null where email = '{email}'");
        Assert.Equal("/", await SignInWithAsync(email, codes[0])); // nothing was used up
    }

    [Fact]
    public async Task Five_wrong_recovery_codes_close_the_account()
    {
        await EnableAsync("recovery-guesser@example.com");
        using var visitor = new Visitor(_app, "127.0.0.66");
        await visitor.TrySignInAsync("recovery-guesser@example.com");
        HttpResponseMessage? answer = null;
        for (var i = 0; i < 5; i++)
            answer = await visitor.SubmitAsync("/Identity/Account/LoginWithRecoveryCode", ("Input.Code", $"AAAAA-0000{i}"));
        Assert.Equal("/Identity/Account/Lockout", answer?.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task A_recovery_code_signs_in_once()
    {
        var (_, codes) = await EnableAsync("recovery@example.com");
        Assert.Equal(10, codes.Length);
        Assert.Equal("/", await SignInWithAsync("recovery@example.com", codes[0]));
        Assert.Null(await SignInWithAsync("recovery@example.com", codes[0]));
        Assert.Equal("/", await SignInWithAsync("recovery@example.com", codes[1].ToLowerInvariant()));
    }

    [Fact]
    public async Task Neither_the_key_nor_a_recovery_code_can_be_read_in_the_database()
    {
        var (key, codes) = await EnableAsync("secret@example.com");
        var stored = await _app.ScalarAsync<string>(
            "select string_agg(t::text, ' ') from user_tokens t join users u on u.id = user_id where email = 'secret@example.com'");
        Assert.Contains("AuthenticatorKey", stored, StringComparison.Ordinal);
        Assert.Contains("RecoveryCodes", stored, StringComparison.Ordinal);
        Assert.DoesNotContain(key, stored, StringComparison.OrdinalIgnoreCase);
        Assert.All(codes, code => Assert.DoesNotContain(code, stored, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_key_moved_to_another_user_does_not_open()
    {
        await EnableAsync("victim@example.com");
        await EnableAsync("thief@example.com");
        await _app.ExecuteAsync("""
            update user_tokens t set value = s.value from user_tokens s join users v on v.id = s.user_id, users m
            where v.email = 'thief@example.com' and m.email = 'victim@example.com' and t.user_id = m.id
                and s.name = t.name and t.name = 'AuthenticatorKey'
            """);
        using var visitor = new Visitor(_app);
        Assert.Equal(HttpStatusCode.InternalServerError, (await visitor.TrySignInAsync("victim@example.com")).StatusCode);
        Assert.False(await visitor.IsSignedInAsync());
    }

    [Fact]
    public async Task Five_wrong_codes_close_the_account()
    {
        var (key, _) = await EnableAsync("guesser@example.com");
        using var visitor = new Visitor(_app);
        var step = await visitor.TrySignInAsync("guesser@example.com");
        HttpResponseMessage answer = step;
        for (var i = 0; i < 5; i++)
            answer = await visitor.SubmitAsync(
                step.Headers.Location!.OriginalString, ("Input.Code", Totp.WrongCode(key, _app.Time.GetUtcNow())));
        Assert.Equal("/Identity/Account/Lockout", answer.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task Switching_off_takes_the_password_and_a_code_and_forgets_the_key()
    {
        using var visitor = new Visitor(_app);
        var (key, _) = await EnableAsync("off@example.com", visitor);
        _app.Time.Advance(ConfirmedIdentity.Lifetime);
        var asked = await visitor.GetAsync(Manage + "Disable2fa");
        Assert.StartsWith(Visitor.Confirm, asked.Headers.Location?.OriginalString, StringComparison.Ordinal);
        await visitor.ConfirmAsync(Totp.Code(key, _app.Time.GetUtcNow()));
        await visitor.SubmitAsync(Manage + "Disable2fa");
        Assert.True(await visitor.IsSignedInAsync());

        Assert.Equal(
            0,
            await _app.ScalarAsync<long>(
                "select count(*) from user_tokens t join users u on u.id = user_id where email = 'off@example.com'"));
        using var again = new Visitor(_app);
        await again.SignInAsync("off@example.com");
        Assert.Equal(
            [
                "user.created", "user.signed_in", "user.two_factor_changed", "user.two_factor_changed",
                "user.two_factor_changed", "user.signed_in",
            ],
            (await _app.AuditAsync()).Where(l => l.EndsWith(" off@example.com", StringComparison.Ordinal)).Select(l => l.Split(' ')[0]));
    }

    [Fact]
    public async Task A_session_cannot_read_the_key_that_is_in_use()
    {
        using var visitor = new Visitor(_app);
        var (key, _) = await EnableAsync("keeper@example.com", visitor);
        var answer = await visitor.GetAsync(Manage + "EnableAuthenticator");
        Assert.Equal(Manage + "TwoFactorAuthentication", answer.Headers.Location?.OriginalString);
        Assert.DoesNotContain(key, await visitor.ReadAsync(Manage + "TwoFactorAuthentication"), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Wrong_codes_at_sign_in_and_at_setting_up_are_audited()
    {
        var (key, _) = await EnableAsync("mistyper@example.com");
        using var visitor = new Visitor(_app);
        var step = await visitor.TrySignInAsync("mistyper@example.com");
        await visitor.SubmitAsync(step.Headers.Location!.OriginalString, ("Input.Code", Totp.WrongCode(key, _app.Time.GetUtcNow())));
        await visitor.SubmitAsync("/Identity/Account/LoginWithRecoveryCode", ("Input.Code", "AAAAA-BBBBB"));
        await _app.CreateUserAsync("beginner@example.com", Role.Viewer);
        using var beginner = new Visitor(_app);
        await beginner.SignInAsync("beginner@example.com");
        await beginner.ConfirmAsync();
        await beginner.SubmitAsync(Manage + "EnableAuthenticator", ("Input.Code", "12345"));

        var entries = await _app.ScalarAsync<string[]>(
            """
            select array_agg(concat_ws(' ', actor_name, target_name, metadata->>'reason', metadata->>'refused') order by created_at, id)
            from audit_log
            where target_name in ('mistyper@example.com', 'beginner@example.com') and (metadata ? 'reason' or metadata ? 'refused')
            """);
        Assert.Equal(
            [
                "anonymous mistyper@example.com wrong_authenticator_code",
                "anonymous mistyper@example.com wrong_recovery_code",
                "beginner@example.com beginner@example.com wrong_code",
            ],
            entries ?? []);
    }

    private async Task<(string Key, string[] Codes)> EnableAsync(string email)
    {
        using var visitor = new Visitor(_app);
        return await EnableAsync(email, visitor);
    }

    private async Task<(string Key, string[] Codes)> EnableAsync(string email, Visitor visitor)
    {
        await _app.CreateUserAsync(email, Role.Viewer);
        await visitor.SignInAsync(email);
        await visitor.ConfirmAsync();
        return await TwoFactorSetUp.EnableAsync(visitor, _app.Time);
    }

    private async Task<string?> SignInWithAsync(string email, string code)
    {
        using var visitor = new Visitor(_app);
        await visitor.TrySignInAsync(email);
        return (await visitor.SubmitAsync("/Identity/Account/LoginWithRecoveryCode", ("Input.Code", code)))
            .Headers
            .Location
            ?.OriginalString;
    }
}
