using System.Text.RegularExpressions;
using BackupApp.E2E.Pages;
using BackupApp.E2E.Support;
using Microsoft.Playwright;

namespace BackupApp.E2E.Scenarios;

public sealed partial class SetupTests(Chromium chromium, FreshApp app) : Scenario(chromium, app), IClassFixture<FreshApp>
{
    [Fact]
    public async Task The_link_in_the_log_makes_the_first_administrator_and_works_once()
    {
        ExpectedStatuses.Add(403);
        var page = await OpenBrowserAsync();
        await page.GotoAsync("/");
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("BackupApp has no user yet");

        var link = Link().Match(App.Log).Value;
        await page.GotoAsync(link);
        await page.ShootEverywhereAsync("setup");
        Assert.Empty(await page.AccessibilityProblemsAsync());
        await page.GetByLabel("E-mail").FillAsync(AppUnderTest.AdminEmail);
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(App.AdminPassword);
        await page.GetByLabel("Password again").FillAsync(App.AdminPassword);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create and sign in" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Protect a database" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Before you rely on it" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Queue", Exact = true })).ToBeVisibleAsync();

        var stranger = await OpenBrowserAsync();
        await stranger.GotoAsync(link);
        await Expect(stranger.GetByRole(AriaRole.Heading, new() { Name = "BackupApp is set up" })).ToBeVisibleAsync();
        await new SignInPage(stranger).SignInAsync(AppUnderTest.AdminEmail, App.AdminPassword);
    }

    [GeneratedRegex(@"/Setup\?token=[\w-]+")]
    private static partial Regex Link();
}
