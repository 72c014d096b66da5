using BackupApp.E2E.Support;
using Microsoft.Playwright;

namespace BackupApp.E2E.Pages;

/// <summary>Adding and editing a data source.</summary>
public sealed class DataSourceFormPage(IPage page)
{
    public ILocator Name => page.GetByLabel("Name", new() { Exact = true });

    public ILocator Environment => page.GetByLabel("Environment", new() { Exact = true });

    public ILocator Host => Shown("Host");

    public ILocator Port => Shown("Port");

    public ILocator Database => Shown("Database");

    public ILocator User => Shown("User");

    public ILocator Password => Shown("Password");

    public ILocator Uri => page.Locator("input[name='Input.Uri']");

    public ILocator Servers => Shown("Servers");

    public ILocator ExcludeDatabases => page.GetByLabel("Databases to leave out", new() { Exact = true });

    public ILocator Save => page.GetByRole(AriaRole.Button, new() { Name = "Test and save" });

    public Task OpenNewAsync() => page.GotoAsync("/DataSources/Create");

    public Task ChooseUriAsync() => page.GetByText("Connection URI", new() { Exact = true }).First.ClickAsync();

    public Task ChooseMongoAsync() => page.GetByText("MongoDB", new() { Exact = true }).ClickAsync();

    public Task ChooseServerAsync() => page.GetByText("The whole server", new() { Exact = true }).ClickAsync();

    public Task OpenFiltersAsync() => page.GetByText("Only some schemas or tables", new() { Exact = true }).ClickAsync();

    public async Task FillAsync(string name, SourceDatabase source, string password = SourceDatabase.Password)
    {
        await Name.FillAsync(name);
        await Environment.SelectOptionAsync("Production");
        await Host.FillAsync(source.Host);
        await Port.FillAsync($"{source.Port}");
        await Database.FillAsync(source.Name);
        await User.FillAsync(source.Name);
        await Password.FillAsync(password);
    }

    // Each kind of database has fields of the same names; those of the other kind are hidden.
    private ILocator Shown(string label) => page.GetByLabel(label, new() { Exact = true }).Filter(new() { Visible = true });

    /// <summary>The message beside a field.</summary>
    public ILocator ErrorOf(string field) => page.Locator($"#Input_{field}-error");
}
