using BackupApp.E2E.Pages;
using BackupApp.E2E.Support;
using Microsoft.Playwright;

namespace BackupApp.E2E.Scenarios;

public sealed class HangfireTests(Chromium chromium, AppUnderTest app) : Scenario(chromium, app), IClassFixture<AppUnderTest>
{
    private const int MostLoads = 30;

    [Fact]
    public async Task The_dashboard_of_the_workers_opens_for_an_administrator()
    {
        var page = await SignInAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Queue", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Overview" })).ToBeVisibleAsync();
        await Expect(page).ToHaveTitleAsync(new System.Text.RegularExpressions.Regex("Queue · BackupApp"));
        await page.ShootEverywhereAsync("queue");
        await ExpectRowsAsync(page, "/hangfire/recurring", 6);
        await ExpectRowsAsync(page, "/hangfire/servers", 3); // backups, restores, and what goes by the clock
        await page.GetByRole(AriaRole.Link, new() { Name = "Back to BackupApp" }).ClickAsync();
        await page.ExpectSignedInAsync();
    }

    // What a start announces comes a moment after the first page, and these pages stay as they were loaded.
    private static async Task ExpectRowsAsync(IPage page, string path, int rows)
    {
        await page.GotoAsync(path);
        for (var loads = 1; loads < MostLoads && await page.Locator("table tbody tr").CountAsync() < rows; loads++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
            await page.ReloadAsync();
        }

        await Expect(page.Locator("table tbody tr")).ToHaveCountAsync(rows);
    }

    [Fact]
    public async Task It_is_closed_to_an_operator_and_sends_strangers_to_sign_in()
    {
        ExpectedStatuses.Add(403);
        var stranger = await OpenBrowserAsync();
        await stranger.GotoAsync("/hangfire");
        await Expect(new SignInPage(stranger).Submit).ToBeVisibleAsync();

        var page = await OpenBrowserAsync();
        await new SignInPage(page).SignInAsync(await App.AddUserAsync("operator"), People.Password);
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Queue", Exact = true })).ToHaveCountAsync(0);
        Assert.Equal(403, (await page.GotoAsync("/hangfire"))!.Status);
        await Expect(page.GetByText("Your role does not include this")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Navigation, new() { Name = "Main" })).ToBeVisibleAsync();
    }
}
