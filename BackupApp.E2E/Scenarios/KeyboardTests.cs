using BackupApp.E2E.Pages;
using BackupApp.E2E.Support;
using Microsoft.Playwright;

namespace BackupApp.E2E.Scenarios;

public sealed class KeyboardTests(Chromium chromium, AppUnderTest app) : Scenario(chromium, app), IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task A_data_source_is_added_with_the_keyboard_alone()
    {
        await using var source = await SourceDatabase.CreateAsync(rows: 1);
        var page = await OpenBrowserAsync();
        await page.GotoAsync("/");
        await Expect(new SignInPage(page).Email).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync(AppUnderTest.AdminEmail);
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync(App.AdminPassword);
        await page.Keyboard.PressAsync("Enter");
        await page.ExpectSignedInAsync();
        await page.GotoAsync("/DataSources");

        await page.Keyboard.PressAsync("Tab");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Skip to content" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#content")).ToBeFocusedAsync();
        await TabToAsync(page, page.GetByRole(AriaRole.Link, new() { Name = "Add data source" }));
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/DataSources/Create");

        var form = new DataSourceFormPage(page);
        await form.Name.FocusAsync();
        await TypeAndTabAsync(page, "Shop");
        await page.Keyboard.PressAsync("Tab"); // environment
        await page.Keyboard.PressAsync("Tab"); // kind of database
        await page.Keyboard.PressAsync("Tab"); // fields or URI
        await Expect(form.Host).ToBeFocusedAsync();
        await TypeAndTabAsync(page, source.Host);
        await page.Keyboard.PressAsync("Control+A");
        await TypeAndTabAsync(page, $"{source.Port}");
        await TypeAndTabAsync(page, source.Name);
        await TypeAndTabAsync(page, source.Name);
        await page.Keyboard.TypeAsync(SourceDatabase.Password);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByText("Shop is added and its connection works.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task On_a_phone_the_menu_opens_and_closes_with_the_keyboard_and_leads_on()
    {
        var page = await SignInAsync(new() { ViewportSize = new() { Width = 360, Height = 740 } });
        var menu = page.GetByRole(AriaRole.Button, new() { Name = "Menu", Exact = true });
        var jobs = page.GetByRole(AriaRole.Link, new() { Name = "Backup jobs", Exact = true });
        await Expect(jobs).ToBeHiddenAsync();
        await menu.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(jobs).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(jobs).ToBeHiddenAsync();
        await Expect(menu).ToBeFocusedAsync();

        await page.Keyboard.PressAsync("Enter");
        await jobs.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Backup jobs", Exact = true })).ToBeVisibleAsync();
    }

    // What needs somebody's attention stands before it, and may come at any moment.
    private static async Task TabToAsync(IPage page, ILocator target)
    {
        const int most = 5;
        for (var tabs = 0; tabs < most && !await target.EvaluateAsync<bool>("element => element === document.activeElement"); tabs++)
            await page.Keyboard.PressAsync("Tab");
        await Expect(target).ToBeFocusedAsync();
    }

    private static async Task TypeAndTabAsync(IPage page, string text)
    {
        await page.Keyboard.TypeAsync(text);
        await page.Keyboard.PressAsync("Tab");
    }
}
