using BackupApp.E2E.Support;
using Microsoft.Playwright;

namespace BackupApp.E2E.Scenarios;

public sealed partial class EveryPageTests
{
    private async Task VisitListsAsync(IPage page)
    {
        await page.GotoAsync("/Audit");
        await CheckAsync(page, "audit");
        await page.GetByText("Details", new() { Exact = true }).First.ClickAsync();
        await OpenFilterAsync(page);
        await CheckAsync(page, "audit-open");
        await page.GotoAsync("/Audit?people=true&target=policy");
        await CheckAsync(page, "audit-people");
        await page.GotoAsync("/Jobs?status=failed&from=2020-01-01&sort=-took");
        await CheckAsync(page, "jobs-filtered");
        await OpenFilterAsync(page);
        await CheckAsync(page, "jobs-filter-open");
        foreach (var action in (string[])["Run", "Attach", "Pause", "Delete"])
        {
            await page.GotoAsync("/DataSources");
            await page.GetByLabel("Tick Shop production").CheckAsync();
            await page.GetByLabel("Tick Analytics").CheckAsync();
            if (action == "Run")
                await CheckAsync(page, "sources-ticked");
            await page.GetByLabel("With those that are ticked").SelectOptionAsync(action);
            await page.GetByRole(AriaRole.Button, new() { Name = "Show what would happen" }).ClickAsync();
            await Expect(page.Locator(".list-bulk")).ToBeVisibleAsync();
            await CheckAsync(page, $"sources-bulk-{action.ToLowerInvariant()}");
        }
    }

    private static Task OpenFilterAsync(IPage page) => page.Locator(".filter-fold > summary").ClickAsync();
}
