using BackupApp.E2E.Pages;
using BackupApp.E2E.Support;
using Microsoft.Playwright;

namespace BackupApp.E2E.Scenarios;

public sealed class HistoryTests(Chromium chromium, AppUnderTest app) : Scenario(chromium, app), IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task Sixty_jobs_are_three_pages_whose_addresses_can_be_shared()
    {
        await using var source = await SourceDatabase.CreateAsync(rows: 1);
        var page = await SignInAsync();
        await page.AddSourceAsync("Shop", source);
        await App.AddJobsAsync("Shop", 60);
        foreach (var list in (string[])["/Jobs", await App.SourcePathAsync("Shop")])
        {
            await page.GotoAsync(list);
            var first = await StartsAsync(page);
            Assert.Equal(25, first.Count);
            await Link(page, "Older").ClickAsync();
            await page.WaitForURLAsync("**after=**");
            var second = await StartsAsync(page);
            var address = page.Url;
            await Link(page, "Older").ClickAsync();
            await page.WaitForURLAsync(url => url != address);
            var third = await StartsAsync(page);
            Assert.Equal(10, third.Count);
            string[] all = [.. first, .. second, .. third];
            Assert.Equal(60, all.Distinct().Count());
            Assert.Equal(all.OrderDescending(StringComparer.Ordinal), all);

            await Link(page, "Newer").ClickAsync();
            await page.WaitForURLAsync("**before=**");
            Assert.Equal(second, await StartsAsync(page));

            // Somebody else opens the address that was shared, after a new backup.
            var other = await SignInAsync();
            await other.GotoAsync(address);
            Assert.Equal(second, await StartsAsync(other));
        }
    }

    private static ILocator Link(IPage page, string name) => page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true });

    // The figures of a source's newest backups are a table of their own.
    private static async Task<IReadOnlyList<string>> StartsAsync(IPage page) =>
        await page.EvaluateAsync<string[]>(
            """
            [...document.querySelectorAll('tbody tr:has(time.when):not(.source-figures tr)')]
                .map(row => row.querySelector('time.when').dateTime)
            """);
}
