using BackupApp.Accounts;
using BackupApp.Accounts.People;

namespace BackupApp.Tests.Accounts;

/// <summary>Who guesses is slowed down by account and place; the account's owner is not locked out by it.</summary>
public sealed class LockoutTests(AccountsFixture fixture) : IClassFixture<AccountsFixture>, IAsyncLifetime
{
    private const string Elsewhere = "127.0.0.2";

    private AccountsApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await fixture.AppAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Who_guesses_is_locked_out_and_the_owner_on_another_network_is_not()
    {
        await _app.CreateUserAsync("owner@example.com", UserRole.Viewer);
        using var guesser = new Visitor(_app);
        await GuessAsync(guesser, "owner@example.com", SignInGuard.FromOnePlace);
        using var neighbour = new Visitor(_app);
        Assert.False(await OpensAsync(neighbour, "owner@example.com"));
        using var owner = new Visitor(_app, Elsewhere);
        Assert.True(await OpensAsync(owner, "owner@example.com"));
    }

    [Fact]
    public async Task The_owners_own_browser_is_let_in_on_the_network_of_who_guesses()
    {
        await _app.CreateUserAsync("regular@example.com", UserRole.Viewer);
        using var known = new Visitor(_app);
        await known.SignInAsync("regular@example.com");
        await known.SubmitAsync("/Identity/Account/Logout");
        using var guesser = new Visitor(_app);
        await GuessAsync(guesser, "regular@example.com", SignInGuard.FromOnePlace);
        Assert.False(await OpensAsync(guesser, "regular@example.com"));
        Assert.True(await OpensAsync(known, "regular@example.com"));
    }

    [Fact]
    public async Task Guesses_from_many_networks_close_the_account_for_all_but_known_browsers()
    {
        const string email = "hunted@example.com";
        await _app.CreateUserAsync(email, UserRole.Viewer);
        using var known = new Visitor(_app, Elsewhere);
        await known.SignInAsync(email);
        await known.SubmitAsync("/Identity/Account/Logout");
        for (var network = 0; network < SignInGuard.FromEverywhere / 4; network++)
        {
            using var guesser = new Visitor(_app, $"127.0.1.{network + 1}");
            await GuessAsync(guesser, email, 4);
        }

        using var stranger = new Visitor(_app, "127.0.1.200");
        Assert.False(await OpensAsync(stranger, email));
        Assert.True(await OpensAsync(known, email));
        Assert.False(await OpensAsync(stranger, email)); // the owner's sign-in does not help who guesses
        _app.Time.Advance(SignInGuard.Wait);
        Assert.True(await OpensAsync(stranger, email));
    }

    [Fact]
    public async Task A_known_browser_has_five_guesses_like_everybody()
    {
        const string email = "stolen-laptop@example.com";
        await _app.CreateUserAsync(email, UserRole.Viewer);
        using var known = new Visitor(_app);
        await known.SignInAsync(email);
        await known.SubmitAsync("/Identity/Account/Logout");
        await GuessAsync(known, email, SignInGuard.FromOnePlace);
        Assert.False(await OpensAsync(known, email));
    }

    [Fact]
    public async Task Guesses_at_the_same_moment_are_no_more_than_one_after_another()
    {
        var user = await _app.CreateUserAsync("stormed@example.com", UserRole.Viewer);
        using var guesser = new Visitor(_app);
        var antiforgery = ("__RequestVerificationToken", await guesser.AntiforgeryTokenAsync(Visitor.Login));
        await Task.WhenAll(Enumerable.Range(0, 30).Select(i => guesser.PostAsync(
            Visitor.Login, antiforgery, ("Input.Email", user.Email!), ("Input.Password", $"guess number {i}"))));
        var lookedAt = await _app.ScalarAsync<long>(
            $"select count(*) from audit_log where target_id = '{user.Id}' and metadata ->> 'reason' = 'wrong_password'");
        Assert.InRange(lookedAt, 0, SignInGuard.FromOnePlace);
        Assert.False(await OpensAsync(guesser, user.Email!));
    }

    [Fact]
    public async Task Right_passwords_do_not_count()
    {
        var user = await _app.CreateUserAsync("busy@example.com", UserRole.Viewer);
        for (var i = 0; i < SignInGuard.FromEverywhere + 1; i++)
        {
            using var visitor = new Visitor(_app);
            await visitor.SignInAsync(user.Email!);
        }
    }

    [Fact]
    public async Task A_browser_known_to_one_account_is_a_stranger_to_another()
    {
        await _app.CreateUserAsync("attacker@example.com", UserRole.Viewer);
        await _app.CreateUserAsync("neighbour@example.com", UserRole.Viewer);
        using var attacker = new Visitor(_app);
        await attacker.SignInAsync("attacker@example.com");
        await attacker.SubmitAsync("/Identity/Account/Logout");
        await GuessAsync(attacker, "neighbour@example.com", SignInGuard.FromOnePlace);
        using var withoutCookie = new Visitor(_app);
        Assert.False(await OpensAsync(withoutCookie, "neighbour@example.com"));
    }

    [Fact]
    public async Task A_device_cookie_that_somebody_made_up_is_replaced_and_its_hash_alone_is_stored()
    {
        const string planted = "planted-by-somebody-else";
        await _app.CreateUserAsync("planted@example.com", UserRole.Viewer);
        using var visitor = new Visitor(_app);
        visitor.Cookies.Add(_app.Address, new System.Net.Cookie(KnownDevices.CookieName, planted));
        await visitor.SignInAsync("planted@example.com");
        var given = visitor.Cookies.GetCookies(_app.Address)[KnownDevices.CookieName]!;
        Assert.NotEqual(planted, given.Value);
        Assert.True(given.HttpOnly);
        var stored = await _app.ScalarAsync<string>("select string_agg(d::text, ' ') from known_devices d");
        Assert.DoesNotContain(given.Value, stored, StringComparison.Ordinal);
    }

    private static async Task GuessAsync(Visitor visitor, string email, int times)
    {
        for (var i = 0; i < times; i++)
            await visitor.TrySignInAsync(email, "not the password");
    }

    private static async Task<bool> OpensAsync(Visitor visitor, string email) =>
        (await visitor.TrySignInAsync(email)).Headers.Location?.OriginalString == "/";
}
