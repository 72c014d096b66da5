using BackupApp.E2E.Pages;
using BackupApp.E2E.Support;
using Microsoft.Playwright;

namespace BackupApp.E2E.Scenarios;

/// <summary>The moment that backups are for: a table is lost, and somebody has to get it back. Without JavaScript too.</summary>
public sealed class RestoreTests(Chromium chromium, AppUnderTest app) : Scenario(chromium, app), IClassFixture<AppUnderTest>
{
    private const int Rows = 5_000;

    // A restore on a busy machine.
    private const float Patience = 90_000;

    [Fact]
    public async Task A_lost_table_is_found_beside_and_then_put_back_in_place_and_undone()
    {
        await using var source = await LostTableAsync();
        var page = await SignInAsync();
        await page.AddSourceAsync("Shop", source);
        await (await page.RunNowAsync()).ExpectStatusAsync("Success");
        await Servers.SqlAsync<object>(source.Name, "DROP TABLE orders");

        await page.GetByRole(AriaRole.Link, new() { Name = "Restore", Exact = true }).ClickAsync();
        Assert.Empty(await page.AccessibilityProblemsAsync());
        await page.GetByLabel("Name of the new database").FillAsync($"{source.Name}_back");
        await Button(page, "Check the target").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "3. Checks" })).ToBeVisibleAsync();
        Assert.Empty(await page.AccessibilityProblemsAsync());
        await Button(page, $"Restore into {source.Name}_back").ClickAsync();
        await ExpectSuccessAsync(page);
        Assert.Empty(await page.AccessibilityProblemsAsync());
        Assert.Equal(Rows, await CountAsync($"{source.Name}_back"));

        await page.GotoAsync(await App.SourcePathAsync("Shop"));
        await page.GetByRole(AriaRole.Link, new() { Name = "Restore", Exact = true }).ClickAsync();
        await page.GetByText("In place of the database").ClickAsync();
        await Button(page, "Check the target").ClickAsync();
        await page.GetByLabel($"Type {source.Name} to confirm").FillAsync(source.Name);
        await Button(page, $"Restore into {source.Name}").ClickAsync();
        await ExpectSuccessAsync(page);
        Assert.Equal(Rows, await CountAsync(source.Name));

        await page.GetByText("Undo: swap it back").ClickAsync();
        await page.GetByLabel($"Type {source.Name} to confirm").FillAsync(source.Name);
        await Button(page, "Undo the restore").ClickAsync();
        await Expect(page.GetByText("is the database from before the restore again")).ToBeVisibleAsync();
        Assert.True(await Servers.SqlAsync<bool>(source.Name, "SELECT to_regclass('orders') IS NULL"));
        Assert.Empty(await page.AccessibilityProblemsAsync());
        await page.GotoAsync($"/Restores?source={(await App.SourcePathAsync("Shop")).Split('/')[^1]}");
        await Expect(page.Locator(".status-badge")).ToHaveTextAsync(["Success", "Success"]);
        Assert.Empty(await page.AccessibilityProblemsAsync());
    }

    [Fact]
    public async Task One_lost_table_is_two_clicks_from_the_warning_and_comes_alone()
    {
        await using var source = await LostTableAsync();
        await Servers.SqlAsync<object>(source.Name, $"CREATE TABLE others AS SELECT 1 AS n; ALTER TABLE others OWNER TO {source.Name}");
        var page = await SignInAsync();
        await page.AddSourceAsync("Lost", source);
        await (await page.RunNowAsync()).ExpectStatusAsync("Success");
        await Servers.SqlAsync<object>(source.Name, "TRUNCATE orders");
        await page.GotoAsync(await App.SourcePathAsync("Lost"));
        await (await page.RunNowAsync()).ExpectStatusAsync("Success");

        await page.GetByRole(AriaRole.Link, new() { Name = "Restore from before: orders:" }).ClickAsync();
        Assert.Empty(await page.AccessibilityProblemsAsync());
        await Expect(page.GetByText("last before orders lost its rows")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Checkbox, new() { Name = "public.orders" })).ToBeCheckedAsync();
        await Expect(page.GetByText($"Checked: 1 table, {Rows:N0} rows")).ToBeVisibleAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("oth");
        await Button(page, "Search and count").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Checkbox, new() { Name = "public.others" })).Not.ToBeCheckedAsync();
        await Expect(page.GetByText($"Checked: 1 table, {Rows:N0} rows")).ToBeVisibleAsync();
        await page.GetByLabel("Name of the new database").FillAsync($"{source.Name}_back");
        await Button(page, "Check the target").ClickAsync();
        await Button(page, $"Restore into {source.Name}_back").ClickAsync();
        await ExpectSuccessAsync(page);

        Assert.Equal(Rows, await CountAsync($"{source.Name}_back"));
        Assert.True(await Servers.SqlAsync<bool>($"{source.Name}_back", "SELECT to_regclass('others') IS NULL"));
        await Expect(page.GetByText("orders_restored").First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_restore_works_with_scripts_switched_off()
    {
        await using var source = await LostTableAsync();
        var page = await SignInAsync(new() { JavaScriptEnabled = false });
        await page.AddSourceAsync("Plain", source);
        var job = await page.RunNowAsync();
        await ReloadUntilAsync(page, "Success");

        await page.GetByRole(AriaRole.Link, new() { Name = "Restore", Exact = true }).ClickAsync();
        await page.GetByLabel("Name of the new database").FillAsync($"{source.Name}_back");
        await Button(page, "Check the target").ClickAsync();
        await Button(page, $"Restore into {source.Name}_back").ClickAsync();
        await ReloadUntilAsync(page, "Success");

        Assert.Equal(Rows, await CountAsync($"{source.Name}_back"));
        await Expect(job.Status).ToHaveTextAsync("Success");
    }

    private static async Task<SourceDatabase> LostTableAsync()
    {
        var source = await SourceDatabase.CreateAsync(Rows);
        await Servers.SqlAsync<object>(null, $"ALTER ROLE {source.Name} CREATEDB");
        return source;
    }

    private static Task<long> CountAsync(string database) => Servers.SqlAsync<long>(database, "SELECT count(*) FROM orders");

    private static async Task ExpectSuccessAsync(IPage page)
    {
        await Expect(page.Locator(".status-badge").First).ToHaveTextAsync("Success", new() { Timeout = Patience });
        await page.ExpectReloadedAsync();
    }

    private static async Task ReloadUntilAsync(IPage page, string status)
    {
        await Expect(page.Locator(".status-badge").First).ToBeVisibleAsync();
        for (var end = DateTime.UtcNow.AddMilliseconds(Patience); await page.Locator(".status-badge").First.InnerTextAsync() != status;)
        {
            Assert.True(DateTime.UtcNow < end, $"Still not {status}: {await page.ContentAsync()}");
            await page.ReloadAsync();
        }
    }

    private static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });
}
