using BackupApp.E2E.Pages;
using BackupApp.E2E.Support;
using Microsoft.Playwright;

namespace BackupApp.E2E.Scenarios;

/// <summary>The pages of an installation that has nothing yet.</summary>
public sealed partial class EveryPageTests
{
    private async Task VisitProtectAsync(IPage page, SourceDatabase source)
    {
        var form = new ProtectPage(page);
        await page.GotoAsync("/Protect");
        await form.Go.ClickAsync();
        await Expect(page.GetByText("Choose what it is for")).ToBeVisibleAsync();
        await CheckAsync(page, "protect-errors");
        await form.Uri.FillAsync(source.Uri);
        await Expect(page.GetByText("Connects in")).ToBeVisibleAsync();
        await form.TestDestinationAsync();
        await CheckAsync(page, "protect-tried");
        await page.GetByText("Cron", new() { Exact = true }).First.ClickAsync();
        await page.GetByText("Single fields", new() { Exact = true }).ClickAsync();
        await CheckAsync(page, "protect-fields");
        await page.GotoAsync("/Protect/Many");
        await page.Locator("#Uris").FillAsync($"{source.Uri}\nnonsense");
        await page.GetByRole(AriaRole.Button, new() { Name = "Test them all" }).ClickAsync();
        await Expect(page.GetByText("1 of 2 connect")).ToBeVisibleAsync();
        await CheckAsync(page, "protect-many");
        await page.GotoAsync("/Checklist");
        await page.GetByText("Not needed here").Nth(2).ClickAsync();
        await CheckAsync(page, "checklist");
        await page.GetByLabel("Not needed, because").Filter(new() { Visible = true }).FillAsync("the disks are mirrored elsewhere");
        await page.GetByRole(AriaRole.Button, new() { Name = "Leave it out" }).Filter(new() { Visible = true }).ClickAsync();
        await Expect(page.GetByText("the disks are mirrored elsewhere")).ToBeVisibleAsync();
        await CheckAsync(page, "checklist-left-out");
        await page.GotoConfirmedAsync("/MasterKey", App.AdminPassword);
        await CheckAsync(page, "master-key");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show the key" }).ClickAsync();
        await Expect(page.Locator("#key")).ToBeVisibleAsync();
        await CheckAsync(page, "master-key-shown");
    }
}
