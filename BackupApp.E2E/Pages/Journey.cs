using BackupApp.E2E.Support;
using Microsoft.Playwright;

namespace BackupApp.E2E.Pages;

/// <summary>Ways across several pages that more than one scenario goes.</summary>
public static class Journey
{
    /// <summary>Adds a data source and ends on its page.</summary>
    public static async Task<DataSourcePage> AddSourceAsync(
        this IPage page, string name, SourceDatabase source, string password = SourceDatabase.Password)
    {
        var form = new DataSourceFormPage(page);
        await form.OpenNewAsync();
        await form.FillAsync(name, source, password);
        await form.Save.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = name, Level = 1 })).ToBeVisibleAsync();
        return new DataSourcePage(page);
    }

    /// <summary>Adds a MongoDB source by its URI and ends on its page.</summary>
    public static async Task<DataSourcePage> AddMongoSourceAsync(this IPage page, string name, string uri)
    {
        var form = new DataSourceFormPage(page);
        await form.OpenNewAsync();
        await form.Name.FillAsync(name);
        await form.Environment.SelectOptionAsync("Production");
        await form.ChooseMongoAsync();
        await form.ChooseUriAsync();
        await form.Uri.FillAsync(uri);
        await form.Save.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = name, Level = 1 })).ToBeVisibleAsync();
        return new DataSourcePage(page);
    }

    /// <summary>A page of a run loads itself anew when the run has ended; what is pressed just before that is lost.</summary>
    public static Task ExpectReloadedAsync(this IPage page) => Expect(page.Locator("[data-live-reloading]")).ToHaveCountAsync(0);

    public static async Task<JobPage> RunNowAsync(this IPage page)
    {
        await new DataSourcePage(page).RunNow.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Backup of", Level = 1 })).ToBeVisibleAsync();
        return new JobPage(page);
    }

    /// <summary>Adds a policy with the form's own terms, and has the source follow it.</summary>
    public static async Task AttachToNewPolicyAsync(this IPage page, string sourcePath, string policy)
    {
        await page.GotoAsync("/Policies/Create");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync(policy);
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).Last.ClickAsync();
        await Expect(page.GetByText($"{policy} is added.")).ToBeVisibleAsync();
        await page.GotoAsync($"{sourcePath}/Settings");
        await page.GetByRole(AriaRole.Button, new() { Name = "Attach" }).ClickAsync();
        await Expect(page.Locator("#policies").GetByRole(AriaRole.Button, new() { Name = "Pause" })).ToBeVisibleAsync();
    }
}
