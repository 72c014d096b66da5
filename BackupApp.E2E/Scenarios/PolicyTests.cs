using BackupApp.E2E.Pages;
using BackupApp.E2E.Support;
using Microsoft.Playwright;

namespace BackupApp.E2E.Scenarios;

public sealed class PolicyTests(Chromium chromium, AppUnderTest app) : Scenario(chromium, app), IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task A_policy_is_written_attached_run_and_its_backup_pinned_and_deleted()
    {
        await using var source = await SourceDatabase.CreateAsync();
        var page = await SignInAsync();
        await page.AddSourceAsync("Shop", source);
        var detail = page.Url;

        await page.GotoAsync("/Policies/Create");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Nightly");
        await page.GetByLabel("Cron").FillAsync("15 2 * * *");
        await page.GetByLabel("Time zone").FillAsync("Europe/Prague");
        await Expect(page.GetByText("At 02:15, every day")).ToBeVisibleAsync();
        await page.GetByLabel("Keep for days").FillAsync("14");
        await page.GetByLabel("Keep the newest").FillAsync("7");
        await Expect(page.GetByText("Keeps 14 days, and always the newest 7.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).Last.ClickAsync();
        await Expect(page.GetByText("Nightly is added.")).ToBeVisibleAsync();

        await page.GotoAsync($"{detail}/Settings");
        await page.GetByRole(AriaRole.Button, new() { Name = "Attach" }).ClickAsync();
        await page.RunNowAsync();
        await Expect(page.Locator("main").GetByText("Success")).ToBeVisibleAsync(new() { Timeout = 30_000 });

        await page.GetByRole(AriaRole.Button, new() { Name = "Pin", Exact = true }).ClickAsync();
        await Expect(page.GetByText("Pinned: retention never removes this backup.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete backup" }).ClickAsync();
        await Expect(page.GetByText("The job stays in the history.").First).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Download" })).ToHaveCountAsync(0);

        await page.GotoAsync("/Audit?action=backup_job.deleted");
        await Expect(page.GetByRole(AriaRole.Cell, new() { Name = "deleted a backup of Shop." })).ToBeVisibleAsync();
        await page.GotoAsync("/Jobs?status=failed");
        await Expect(page.GetByText("Nothing fits")).ToBeVisibleAsync();
    }
}
