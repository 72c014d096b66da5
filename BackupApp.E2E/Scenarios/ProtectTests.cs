using BackupApp.E2E.Pages;
using BackupApp.E2E.Support;
using Microsoft.Playwright;

namespace BackupApp.E2E.Scenarios;

/// <summary>From an empty installation to a scheduled backup that runs.</summary>
public sealed class ProtectTests(Chromium chromium, AppUnderTest app) : Scenario(chromium, app), IClassFixture<AppUnderTest>
{
    /// <summary>From the page after the sign-in to the live job.</summary>
    private const int MostClicks = 4;

    // Counts what a person presses, across the pages that they see.
    private const string CountClicks = """
        addEventListener('click', event => {
          if (event.isTrusted && event.detail > 0) sessionStorage.setItem('clicks', Number(sessionStorage.getItem('clicks') ?? 0) + 1);
        }, true)
        """;

    [Fact]
    public async Task A_pasted_URI_is_tested_named_scheduled_and_backed_up_within_four_clicks()
    {
        await using var source = await SourceDatabase.CreateAsync(rows: 100);
        await using var beside = await SourceDatabase.CreateAsync(rows: 1);
        var page = await SignInAsync(new() { TimezoneId = "Europe/Prague" });
        await page.GotoAsync("/Protect"); // where the sign-in leads while nothing is there
        var form = new ProtectPage(page);
        await Expect(form.Uri).ToBeFocusedAsync();
        await Expect(form.TimeZone).ToHaveValueAsync("Europe/Prague");
        await Expect(page.GetByText("in Europe/Prague")).ToBeVisibleAsync();
        await page.AddInitScriptAsync(CountClicks);
        await page.EvaluateAsync(CountClicks);

        await form.Uri.PressSequentiallyAsync(source.Uri); // it has the focus: pasting takes no click
        await Expect(form.Tried).ToContainTextAsync("Connects in");
        await Expect(form.Tried).ToContainTextAsync(beside.Name);
        await Expect(form.Name).ToHaveAttributeAsync("placeholder", source.Name);
        await form.Environment("Production").ClickAsync();
        Assert.Empty(await page.AccessibilityProblemsAsync());
        await page.ShootAsync("protect-ready-Light-1280");
        await form.Go.ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Backup of", Level = 1 })).ToBeVisibleAsync();
        var clicks = await page.EvaluateAsync<int>("Number(sessionStorage.getItem('clicks'))");
        Assert.InRange(clicks, 2, MostClicks);
        await new JobPage(page).ExpectStatusAsync("Success");
        Assert.Equal(
            "Europe/Prague",
            await App.SqlAsync<string>(
                "SELECT p.time_zone FROM backup_policies p JOIN policy_attachments a ON a.policy_id = p.id AND a.is_enabled "
                + $"JOIN data_sources s ON s.id = a.data_source_id WHERE s.name = '{source.Name}'"));
        await page.GotoAsync("/Checklist");
        foreach (var done in (string[])["A first good backup", "A schedule"])
            await Expect(page.Locator(".checklist-settled", new() { HasText = done })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task With_JavaScript_off_the_same_page_tests_by_its_button_and_keeps_the_URI()
    {
        await using var source = await SourceDatabase.CreateAsync(rows: 1);
        var page = await SignInAsync(new() { JavaScriptEnabled = false });
        await page.GotoAsync("/Protect");
        var form = new ProtectPage(page);
        await form.Uri.FillAsync(source.Uri);
        await form.Test.ClickAsync();
        await Expect(form.Tried).ToContainTextAsync("Connects in");
        await Expect(form.Uri).ToBeEmptyAsync();
        await form.Environment("Test").ClickAsync();
        await page.GetByText("Hourly", new() { Exact = true }).ClickAsync();
        await page.GetByLabel("At minute").FillAsync("7");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show what that comes to" }).ClickAsync();
        await Expect(page.GetByText(":07 ").First).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Look for it" }).ClickAsync(); // a bucket that was added beside it
        await Expect(form.Destination).ToBeVisibleAsync();
        await form.Go.ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Backup of", Level = 1 })).ToBeVisibleAsync();
        Assert.Equal("7 * * * *", await App.SqlAsync<string>($"SELECT cron FROM backup_policies WHERE name = '{source.Name}'"));
    }

    [Fact]
    public async Task A_login_that_is_refused_is_said_before_anything_is_saved()
    {
        await using var source = await SourceDatabase.CreateAsync(rows: 1);
        var page = await SignInAsync();
        await page.GotoAsync("/Protect");
        var form = new ProtectPage(page);
        await form.Uri.FillAsync($"postgresql://{source.Name}:wrong@{source.Host}:{source.Port}/{source.Name}");
        await Expect(form.Tried).ToContainTextAsync("Check user name and password");
        Assert.Equal(0L, await App.SqlAsync<long>($"SELECT count(*) FROM data_sources WHERE name = '{source.Name}'"));

        await form.Go.ClickAsync(); // what it is for was not said
        await Expect(page.GetByText("Choose what it is for")).ToBeVisibleAsync();
        await Expect(page.Locator("input[name='Terms.Environment']").First).ToBeFocusedAsync();
    }
}
