using Microsoft.Playwright;

namespace BackupApp.E2E.Pages;

/// <summary>One data source: connection, run now, history.</summary>
public sealed class DataSourcePage(IPage page)
{
    public ILocator RunNow => page.GetByRole(AriaRole.Button, new() { Name = "Run now" });

    public ILocator TestConnection => page.GetByRole(AriaRole.Button, new() { Name = "Test connection" });

    public ILocator Edit => page.GetByRole(AriaRole.Link, new() { Name = "Edit", Exact = true });

    public ILocator Destination => page.GetByLabel("Back up to");

    public ILocator Alert => page.GetByRole(AriaRole.Alert);

    public ILocator Rows => page.Locator("table tbody tr");

    /// <summary>The value beside a term of the page's lists of facts.</summary>
    public ILocator Fact(string term) => Facts.Of(page, term);
}
