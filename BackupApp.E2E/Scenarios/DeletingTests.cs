using BackupApp.E2E.Pages;
using BackupApp.E2E.Support;
using Microsoft.Playwright;

namespace BackupApp.E2E.Scenarios;

/// <summary>Whatever destroys something says what, and asks. Without JavaScript too.</summary>
public sealed class DeletingTests(Chromium chromium, AppUnderTest app) : Scenario(chromium, app), IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task A_tighter_policy_asks_before_backups_go_and_a_data_source_goes_when_its_name_is_typed()
    {
        await using var source = await SourceDatabase.CreateAsync(rows: 1);
        var page = await SignInAsync(new() { JavaScriptEnabled = false });
        await page.AddSourceAsync("Shop", source);
        await App.AddJobsAsync("Shop", 40);
        await page.GotoAsync("/Policies/Create");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Nightly");
        await Button(page, "Save").Last.ClickAsync();
        await page.GotoAsync($"{await App.SourcePathAsync("Shop")}/Settings");
        await Button(page, "Attach").ClickAsync();
        await App.ScheduleJobsAsync("Shop");

        await TightenAsync(page, days: "2", newest: "1");
        await Expect(page.GetByText("Not saved yet")).ToBeVisibleAsync();
        Assert.Equal(14, await App.SqlAsync<int>("SELECT keep_days FROM backup_policies"));
        var asked = await page.GetByRole(AriaRole.Button, new() { Name = "Save and delete" }).InnerTextAsync();
        // Another rule is another question.
        await page.GetByLabel("Keep for days").FillAsync("1");
        await Button(page, "Save and delete").ClickAsync();
        await Expect(page.GetByText("Not saved yet")).ToBeVisibleAsync();
        Assert.NotEqual(asked, await Button(page, "Save and delete").InnerTextAsync());
        await Button(page, "Save and delete").ClickAsync();
        await Expect(page.GetByText("Nightly is saved.")).ToBeVisibleAsync();
        Assert.Equal(1, await App.SqlAsync<int>("SELECT keep_days FROM backup_policies"));

        await page.GotoAsync($"{await App.SourcePathAsync("Shop")}/Settings");
        await page.GetByRole(AriaRole.Link, new() { Name = "Delete" }).ClickAsync();
        await page.GetByLabel("Type Shop to confirm").FillAsync("shop");
        await Button(page, "Delete data source").ClickAsync();
        await Expect(page.GetByText("Type the name of the data source exactly")).ToBeVisibleAsync();
        await page.GetByLabel("Type Shop to confirm").FillAsync("Shop");
        await Button(page, "Delete data source").ClickAsync();
        await Expect(page.GetByText("Shop is deleted. Its backups are kept")).ToBeVisibleAsync();
        await Expect(page.GetByText("No data sources yet")).ToBeVisibleAsync();

        // What is left of it is its history, also by an old link.
        await page.GotoAsync(await App.SourcePathAsync("Shop"));
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/Jobs\\?source="));
        await Expect(page.GetByLabel("Data source").Locator("option:checked")).ToHaveTextAsync("Shop (deleted)");
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(25);
    }

    private async Task TightenAsync(IPage page, string days, string newest)
    {
        await page.GotoAsync(await App.PolicyPathAsync("Nightly"));
        await page.GetByLabel("Keep for days").FillAsync(days);
        await page.GetByLabel("Keep the newest").FillAsync(newest);
        await Button(page, "Save").Last.ClickAsync();
    }

    private static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name });
}
