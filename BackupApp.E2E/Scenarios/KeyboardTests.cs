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
        await TypeAndTabAsync(page, "Prod"); // environment
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

    [Fact]
    public async Task A_question_keeps_the_focus_until_it_is_answered_and_gives_it_back()
    {
        await SignInAsync(); // a session that could be ended
        var page = await SignInAsync();
        await page.GotoAsync("/Identity/Account/Manage/Sessions");
        var question = page.Locator("dialog", new() { HasText = "End all your other sessions?" });
        var opener = page.Locator($"[popovertarget='{await question.GetAttributeAsync("id")}']:not(dialog *)");
        var keep = question.GetByRole(AriaRole.Button, new() { Name = "Go back" });
        await opener.FocusAsync();

        await page.Keyboard.PressAsync("Enter");
        await Expect(keep).ToBeFocusedAsync();
        for (var tabs = 0; tabs < 8; tabs++)
        {
            await page.Keyboard.PressAsync("Tab");
            // Between the last and the first stands the browser itself: then nothing of the page has the focus.
            Assert.True(await question.EvaluateAsync<bool>(
                "dialog => document.activeElement === document.body || dialog.contains(document.activeElement)"));
        }

        await page.Keyboard.PressAsync("Escape");
        await Expect(question).ToBeHiddenAsync();
        await Expect(opener).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(keep).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(question).ToBeHiddenAsync();
        await Expect(opener).ToBeFocusedAsync();
    }

    // A screen reader's keys lead from heading to heading.
    [Fact]
    public async Task A_heading_that_skips_a_level_would_be_found()
    {
        var page = await OpenBrowserAsync();
        await page.GotoAsync("/Identity/Account/Login");
        Assert.Empty(await page.AccessibilityProblemsAsync());

        await page.Locator("h1").EvaluateAsync("heading => heading.after(document.createElement('h3'))");
        await page.Locator("h3").EvaluateAsync("heading => heading.append('Skips a level')");

        Assert.Contains(await page.AccessibilityProblemsAsync(), p => p.StartsWith("heading-order", StringComparison.Ordinal));
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
