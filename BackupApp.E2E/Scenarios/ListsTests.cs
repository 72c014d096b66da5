using BackupApp.E2E.Pages;
using BackupApp.E2E.Support;
using Microsoft.Playwright;

namespace BackupApp.E2E.Scenarios;

/// <summary>Long lists: found, ticked, followed.</summary>
public sealed class ListsTests(Chromium chromium, AppUnderTest app) : Scenario(chromium, app), IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task Among_ten_thousand_jobs_the_one_that_is_looked_for_is_found_by_filters_that_go_one_by_one()
    {
        await App.AddSourcesAsync("needle", 1);
        await App.AddSourcesAsync("hay", 3);
        await App.AddManyJobsAsync("hay-1", 10_000);
        await App.AddManyJobsAsync("needle-1", 40);
        // In New York the evening of the day before.
        await App.SqlAsync<object>(
            """
            UPDATE backup_jobs SET status = 'failed', error_summary = 'The needle.', created_at = '2025-06-11 02:30Z',
                started_at = '2025-06-11 02:30Z' WHERE id = (SELECT id FROM backup_jobs WHERE data_source_name = 'needle-1' LIMIT 1)
            """);
        var page = await SignInAsync(new() { TimezoneId = "America/New_York" });
        await page.GotoAsync("/Jobs");
        await Expect(page.GetByText("Times are in America/New_York")).ToBeVisibleAsync();
        await page.Locator(".filter-fold > summary").ClickAsync();
        await page.GetByLabel("Result").SelectOptionAsync("Failed");
        await page.GetByLabel("Data source").SelectOptionAsync("needle-1");
        await page.GetByLabel("From").FillAsync("2025-06-10");
        await page.GetByLabel("To", new() { Exact = true }).FillAsync("2025-06-10");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);
        await Expect(page.GetByText("The needle.")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "10 Jun 2025 22:30" })).ToBeVisibleAsync();
        Assert.DoesNotContain("trigger=", page.Url, StringComparison.Ordinal);

        await page.GetByRole(AriaRole.Link, new() { Name = "Remove From" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Remove To" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Remove Result" }).ClickAsync();
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(25);
        await page.GetByRole(AriaRole.Link, new() { Name = "Stored" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Columnheader, new() { Name = "Stored" })).ToHaveAttributeAsync("aria-sort", "descending");
        // The whole row leads on.
        await page.Locator("tbody tr").Nth(3).Locator("td").Nth(5).ClickAsync(new() { Force = true });
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Backup of needle-1" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Several_sources_are_paused_at_once_after_what_will_happen_was_shown_also_without_JavaScript()
    {
        await App.AddSourcesAsync("many", 4);
        foreach (var script in (bool[])[true, false])
        {
            var page = await SignInAsync(new() { JavaScriptEnabled = script });
            await page.GotoAsync("/DataSources?q=many");
            await page.GetByLabel("Tick many-1").CheckAsync();
            await page.GetByLabel("Tick many-2").CheckAsync();
            await page.GetByLabel("With those that are ticked").SelectOptionAsync(script ? "pause" : "resume");
            await page.GetByRole(AriaRole.Button, new() { Name = "Show what would happen" }).ClickAsync();
            await Expect(page.Locator("tbody tr")).ToHaveCountAsync(2);
            if (script)
                await page.GetByLabel("Why").FillAsync("the great migration");
            await page.GetByRole(AriaRole.Button, new() { Name = script ? "Pause 2 data sources" : "Resume 2 data sources" }).ClickAsync();
            // A pause is no good news.
            var told = page.Locator(script ? ".alert-warning" : ".alert-success", new() { HasText = "2 data sources" });
            await Expect(told).ToHaveTextAsync(script ? "2 data sources paused." : "2 data sources resumed.");
        }

        Assert.Equal(2, await App.SqlAsync<long>(
            "SELECT count(*) FROM audit_log WHERE action = 'datasource.deactivated' AND metadata->>'why' = 'the great migration'"));
    }

    [Fact]
    public async Task A_form_that_comes_back_has_the_focus_where_the_first_mistake_is()
    {
        foreach (var script in (bool[])[true, false])
        {
            var page = await SignInAsync(new() { JavaScriptEnabled = script });
            await page.GotoAsync("/Policies/Create");
            var name = page.GetByLabel("Name", new() { Exact = true });
            await name.FillAsync("Nightly");
            await page.GetByLabel("Cron").FillAsync("never");
            await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).Last.ClickAsync();
            await Expect(page.GetByLabel("Cron")).ToBeFocusedAsync();
        }
    }

    [Fact]
    public async Task In_two_tabs_a_list_follows_what_the_other_does_and_does_not_move_under_a_hand()
    {
        await App.AddSourcesAsync("two", 1);
        await App.AddManyJobsAsync("two-1", 5);
        var path = $"/Jobs?source={await App.SqlAsync<Guid>("SELECT id FROM data_sources WHERE name = 'two-1'")}";
        var page = await SignInAsync();
        await page.GotoAsync(path);
        var other = await page.Context.NewPageAsync();
        await other.GotoAsync(path);
        await page.BringToFrontAsync();
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(5);

        await App.AddRunningJobAsync("two-1");
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(6);
        await Expect(page.Locator("tbody tr").First).ToContainTextAsync("Running");
        await Expect(other.Locator("tbody tr")).ToHaveCountAsync(6);

        // Somebody is at it in this tab, and the connection drops: its rows stay, and a button says that there is more.
        ExpectedComplaints.Add("net::ERR_");
        await page.RouteAsync("**/*handler=List*", route => route.AbortAsync());
        await Expect(page.GetByText("Connection lost")).ToBeVisibleAsync();
        await page.Locator("tbody tr").Nth(2).HoverAsync();
        await page.Mouse.MoveAsync(300, 300);
        await App.AddRunningJobAsync("two-1");
        await page.UnrouteAsync("**/*handler=List*");
        await page.Locator("tbody tr").Nth(2).HoverAsync();
        await page.EvaluateAsync("document.dispatchEvent(new Event('visibilitychange'))");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "changed, show" })).ToBeVisibleAsync();
        await Expect(page.GetByText("Connection lost")).ToBeHiddenAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "changed, show" }).ClickAsync();
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(7);
    }
}
