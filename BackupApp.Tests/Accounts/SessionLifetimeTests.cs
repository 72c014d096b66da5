using BackupApp.Accounts.People;

namespace BackupApp.Tests.Accounts;

/// <summary>A session ends by the clock, in the browser and for whoever copied its cookie.</summary>
public sealed class SessionLifetimeTests
{
    [Theory]
    [InlineData(30, 6, 5)] // used every six days, it ends after thirty
    [InlineData(7, 7, 1)] // not used, it ends after seven
    public async Task A_session_ends_after_30_days_and_after_7_without_use(int endsAfter, int usedEvery, int uses)
    {
        await using var app = await AccountsApp.StartAsync();
        var user = await app.CreateUserAsync(Role.Viewer);
        using var browser = new Visitor(app);
        await browser.SignInAsync(user.Email!);
        for (var use = 1; use < uses; use++)
        {
            app.Time.Advance(TimeSpan.FromDays(usedEvery));
            Assert.True(await browser.IsSignedInAsync());
        }

        using var copy = browser.Copy(app.Address);
        app.Time.Advance(TimeSpan.FromDays(endsAfter - (usedEvery * (uses - 1))) - TimeSpan.FromMinutes(1));
        Assert.Equal(1, await app.ScalarAsync<long>("select count(*) from user_sessions"));
        app.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.False(await copy.IsSignedInAsync());
        Assert.False(await browser.IsSignedInAsync());
    }
}
