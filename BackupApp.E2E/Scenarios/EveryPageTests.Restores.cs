using BackupApp.E2E.Pages;
using BackupApp.E2E.Support;
using Microsoft.Playwright;

namespace BackupApp.E2E.Scenarios;

public sealed partial class EveryPageTests
{
    private async Task VisitRestoresAsync(IPage page, SourceDatabase source, Func<string, string, Task> visit)
    {
        await visit("restores-many", "/Restores/Many");
        await page.GetByLabel("Shop production").CheckAsync();
        await page.GetByText("Each beside its own database").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Check the targets" }).ClickAsync();
        await Expect(page.GetByText("The login may not create databases.")).ToBeVisibleAsync();
        await CheckAsync(page, "restores-many-not-ready");
        await Servers.SqlAsync<object>(null, $"ALTER ROLE {source.Name} CREATEDB");
        await page.GetByRole(AriaRole.Button, new() { Name = "Check again" }).ClickAsync();
        await Expect(page.GetByText("Can be restored")).ToBeVisibleAsync();
        await CheckAsync(page, "restores-many-ready");
        await page.GetByRole(AriaRole.Button, new() { Name = "Restore those that are chosen" }).ClickAsync();
        await Expect(page.GetByText("1 of 1 ended, 1 of them well.")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await CheckAsync(page, "restore-batch");
        await visit("restores", "/Restores");
    }
}
