using System.Buffers.Binary;
using BackupApp.Accounts;
using BackupApp.Accounts.People;

namespace BackupApp.Tests.Accounts;

public sealed class PasswordHashTests(AccountsFixture fixture) : IClassFixture<AccountsFixture>, IAsyncLifetime
{
    private AccountsApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await fixture.AppAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Without_a_setting_a_password_takes_210000_rounds_of_SHA_512()
    {
        var rounds = $"{new AccountsOptions().PasswordHashRounds}";
        await using var usual = await _app.StartAnotherAsync(("BackupApp:Accounts:PasswordHashRounds", rounds));
        await usual.CreateUserAsync("slow@example.com", UserRole.Viewer);
        Assert.Equal((2, 210_000), await FormatAsync("slow@example.com"));
    }

    [Fact]
    public async Task Signing_in_hashes_a_password_anew_that_has_fewer_rounds()
    {
        await _app.CreateUserAsync("older@example.com", UserRole.Viewer);
        Assert.Equal((2, 1000), await FormatAsync("older@example.com"));
        await using var later = await _app.StartAnotherAsync(("BackupApp:Accounts:PasswordHashRounds", "2000"));
        using var visitor = new Visitor(later);
        await visitor.SignInAsync("older@example.com");
        Assert.Equal((2, 2000), await FormatAsync("older@example.com"));
        later.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.True(await visitor.IsSignedInAsync());
        using var again = new Visitor(_app);
        await again.SignInAsync("older@example.com");
    }

    // Identity's format V3: 1, function (2 is SHA-512), rounds, …
    private async Task<(int Function, int Rounds)> FormatAsync(string email)
    {
        var text = await _app.ScalarAsync<string>($"select password_hash from users where email = '{email}'");
        var hash = Convert.FromBase64String(text ?? "");
        Assert.Equal(1, hash[0]);
        return (BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(1)), BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(5)));
    }
}
