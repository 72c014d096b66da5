using Microsoft.Playwright;

namespace BackupApp.E2E.Pages;

/// <summary>"Protect a database": four steps on one page.</summary>
public sealed class ProtectPage(IPage page)
{
    public ILocator Uri => page.Locator("input[name='Input.Uri']");

    public ILocator Name => page.GetByLabel("Name", new() { Exact = true });

    public ILocator TimeZone => page.GetByLabel("Time zone");

    /// <summary>What the test of the connection found.</summary>
    public ILocator Tried => page.Locator("[data-tried]");

    public ILocator Test => page.GetByRole(AriaRole.Button, new() { Name = "Test the connection" });

    public ILocator Go => page.GetByRole(AriaRole.Button, new() { Name = "Protect and run the first backup" });

    public ILocator Destination => page.GetByLabel("Destination", new() { Exact = true });

    public ILocator Environment(string name) => page.GetByText(name, new() { Exact = true });

    public async Task TestDestinationAsync()
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Test it" }).ClickAsync();
        await Expect(page.GetByText("It stores, reads and deletes.")).ToBeVisibleAsync();
    }
}
