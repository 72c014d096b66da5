using Microsoft.Playwright;

namespace BackupApp.E2E.Pages;

/// <summary>One data source: its head with what can be run, and its sections.</summary>
public sealed class DataSourcePage(IPage page)
{
    public ILocator RunNow => page.GetByRole(AriaRole.Button, new() { Name = "Run now" });

    public ILocator TestConnection => page.GetByRole(AriaRole.Button, new() { Name = "Test connection" });

    public ILocator Edit => page.GetByRole(AriaRole.Link, new() { Name = "Edit", Exact = true });

    /// <summary>Opens the menu beside <see cref="RunNow"/>.</summary>
    public ILocator OtherWays => page.GetByRole(AriaRole.Button, new() { Name = "Other ways to run" });

    public ILocator Destination => page.GetByLabel("Back up to");

    public ILocator RunThere => page.GetByRole(AriaRole.Button, new() { Name = "Run there" });

    public ILocator Settings => Section("Settings");

    public ILocator Section(string name) => page.GetByRole(AriaRole.Navigation, new() { Name = "Pages of this data source" })
        .GetByRole(AriaRole.Link, new() { Name = name });

    public ILocator Alert => page.GetByRole(AriaRole.Alert);

    public ILocator Rows => page.Locator("table tbody tr");

    /// <summary>The value beside a term of the page's lists of facts.</summary>
    public ILocator Fact(string term) => Facts.Of(page, term);
}
