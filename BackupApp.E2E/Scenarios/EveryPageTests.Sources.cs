using BackupApp.E2E.Pages;
using BackupApp.E2E.Support;
using Microsoft.Playwright;

namespace BackupApp.E2E.Scenarios;

public sealed partial class EveryPageTests
{
    /// <summary>From a data source's own page: its menu, one of its days, and its other pages.</summary>
    private async Task VisitSourcePagesAsync(IPage page, Func<string, string, Task> visit)
    {
        var source = await App.SourcePathAsync("Shop production");
        await new DataSourcePage(page).OtherWays.ClickAsync();
        await CheckAsync(page, "source-menu");
        await page.Keyboard.PressAsync("Escape");
        await page.GetByText("backups as a table").ClickAsync();
        await CheckAsync(page, "source-figures");
        await visit("source-day", $"{source}?day={DateTime.UtcNow.AddDays(-2):yyyy-MM-dd}");
        await visit("source-restores", $"{source}/Restores");
        await visit("source-settings", $"{source}/Settings");
    }
}
