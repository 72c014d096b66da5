using BackupApp.E2E.Support;
using Microsoft.Playwright;

namespace BackupApp.E2E.Pages;

/// <summary>Adding and editing a data source.</summary>
public sealed class DataSourceFormPage(IPage page)
{
    public ILocator Name => page.GetByLabel("Name", new() { Exact = true });

    public ILocator Host => page.GetByLabel("Host", new() { Exact = true });

    public ILocator Port => page.GetByLabel("Port", new() { Exact = true });

    public ILocator Database => page.GetByLabel("Database", new() { Exact = true });

    public ILocator User => page.GetByLabel("User", new() { Exact = true });

    public ILocator Password => page.GetByLabel("Password", new() { Exact = true });

    public ILocator Uri => page.Locator("input[name='Input.Uri']");

    public ILocator ExcludeDatabases => page.GetByLabel("Databases to leave out", new() { Exact = true });

    public ILocator Save => page.GetByRole(AriaRole.Button, new() { Name = "Test and save" });

    public Task OpenNewAsync() => page.GotoAsync("/DataSources/Create");

    public Task ChooseUriAsync() => page.GetByText("Connection URI", new() { Exact = true }).First.ClickAsync();

    public Task ChooseServerAsync() => page.GetByText("The whole server", new() { Exact = true }).ClickAsync();

    public Task OpenFiltersAsync() => page.GetByText("Only some schemas or tables", new() { Exact = true }).ClickAsync();

    public async Task FillAsync(string name, SourceDatabase source, string password = SourceDatabase.Password)
    {
        await Name.FillAsync(name);
        await Host.FillAsync(source.Host);
        await Port.FillAsync($"{source.Port}");
        await Database.FillAsync(source.Name);
        await User.FillAsync(source.Name);
        await Password.FillAsync(password);
    }

    /// <summary>The message beside a field.</summary>
    public ILocator ErrorOf(string field) => page.Locator($"#Input_{field}-error");
}
