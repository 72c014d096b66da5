using BackupApp.E2E.Pages;
using BackupApp.E2E.Support;
using Microsoft.Playwright;

namespace BackupApp.E2E.Scenarios;

public sealed class DashboardTests(Chromium chromium, AppUnderTest app) : Scenario(chromium, app), IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task Of_five_hundred_databases_those_are_found_that_need_somebody_and_nothing_moves_under_the_pointer()
    {
        await using var source = await SourceDatabase.CreateAsync(rows: 1);
        var page = await SignInAsync();
        await page.AddSourceAsync("Shop", source);
        await page.AttachToNewPolicyAsync(await App.SourcePathAsync("Shop"), "Nightly");
        await App.AddBoardAsync("Shop", 500);

        Assert.Empty(await page.GotoColdAsync("/"));
        await Expect(page.GetByRole(AriaRole.Status).First).ToHaveTextAsync("497 of 500 databases are protected. 3 need you.");
        await Expect(Rows(page)).ToHaveCountAsync(50);
        await page.ShootAsync("board-Light-1280");
        await RoomAsync(page);
        await page.SetViewportSizeAsync(1680, 1000);
        await page.ShootAsync("board-Light-1680");
        await page.SetViewportSizeAsync(1280, 800);
        await FilterAsync(page);
        await ChangeAsync(page);
        await PhoneAsync();
        await WithoutScriptAsync();
    }

    // A laptop shows all there is, each in its own column.
    private static async Task RoomAsync(IPage page)
    {
        var row = page.Locator("tr[data-held]", new() { HasText = "db 002" });
        await Expect(row.Locator(".sparkline")).ToBeVisibleAsync();
        await Expect(row.Locator(".board-size .quantity")).ToBeVisibleAsync();
        await Expect(row.Locator(".strip")).ToBeVisibleAsync();
        await Expect(row.Locator(".board-next .when")).ToBeVisibleAsync();
        Assert.Empty(await page.EvaluateAsync<string[]>(
            """
            [...document.querySelectorAll('tr[data-held] > td')].filter(cell => cell.scrollWidth > cell.clientWidth)
              .map(cell => `${cell.className} ${cell.scrollWidth} of ${cell.clientWidth}: ${cell.textContent.trim()}`)
            """));
    }

    private static async Task FilterAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Searchbox).FillAsync("team1 db4.example");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**q=team1*");
        await Expect(Rows(page)).ToHaveCountAsync(24);
        await page.GetByText("Filter", new() { Exact = true }).ClickAsync();
        await page.GetByLabel("Environment").SelectOptionAsync("Staging");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show", Exact = true }).ClickAsync();
        await Expect(Rows(page)).ToHaveCountAsync(6);
        await page.GetByRole(AriaRole.Link, new() { Name = "Staging remove" }).ClickAsync();
        await Expect(Rows(page)).ToHaveCountAsync(24);
        await page.GotoAsync("/?state=failing");
        await Expect(Rows(page)).ToHaveCountAsync(2);
        await Expect(Rows(page).First).ToContainTextAsync("Nothing answers at db3.example.com:5432.");
    }

    private async Task ChangeAsync(IPage page)
    {
        await page.GotoAsync("/");
        await Rows(page).Nth(20).HoverAsync();
        var row = page.Locator("tr[data-held]", new() { HasText = "db 018" });
        var before = await NamesAsync(page);
        await App.MakeOverdueAsync("db 018");
        await LookAgainAsync(page);
        await Expect(row).ToContainTextAsync("Overdue");
        Assert.Equal(before, await NamesAsync(page));
        await page.GetByRole(AriaRole.Link, new() { Name = "1 changed, re-sort" }).ClickAsync();
        await Expect(Rows(page).Nth(1)).ToContainTextAsync("db 018");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Needs you" })).ToContainTextAsync("db 018");
    }

    private async Task PhoneAsync()
    {
        var page = await SignInAsync(new() { ViewportSize = new() { Width = 390, Height = 844 }, HasTouch = true });
        Assert.Equal(0, await page.OverflowAsync());
        await page.ShootAsync("board-Light-390");
        var row = page.Locator("tr[data-held]", new() { HasText = "db 018" });
        Assert.InRange((await row.BoundingBoxAsync())!.Height, 60, 72);
        await row.GetByRole(AriaRole.Button, new() { Name = "More about db 018" }).TapAsync();
        await Expect(row.GetByRole(AriaRole.Button, new() { Name = "Run now" })).ToBeInViewportAsync();
        await page.ShootAsync("board-menu-Light-390");
        Assert.Empty(await page.AccessibilityProblemsAsync());
    }

    private async Task WithoutScriptAsync()
    {
        var page = await SignInAsync(new() { JavaScriptEnabled = false, ColorScheme = ColorScheme.Dark });
        await page.GetByRole(AriaRole.Link, new() { Name = "Failing" }).ClickAsync();
        await Expect(Rows(page)).ToHaveCountAsync(2);
        await page.ShootAsync("board-failing-Dark-1280");
        await page.GetByRole(AriaRole.Button, new() { Name = "More about db 003" }).ClickAsync();
        await page.ShootAsync("board-menu-Dark-1280");
        await page.GetByRole(AriaRole.Link, new() { Name = "Backups and contents" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "db 003", Level = 1 })).ToBeVisibleAsync();
    }

    // As when somebody comes back to the tab: it does not wait for the next look.
    private static async Task LookAgainAsync(IPage page) =>
        await page.EvaluateAsync("document.dispatchEvent(new Event('visibilitychange'))");

    private static ILocator Rows(IPage page) => page.Locator("tr[data-held]");

    private static async Task<string[]> NamesAsync(IPage page) =>
        await page.EvaluateAsync<string[]>("[...document.querySelectorAll('tr[data-held] .board-title > a')].map(a => a.textContent)");
}
