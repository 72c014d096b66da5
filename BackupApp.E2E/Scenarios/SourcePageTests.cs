using BackupApp.E2E.Pages;
using BackupApp.E2E.Support;
using Microsoft.Playwright;

namespace BackupApp.E2E.Scenarios;

/// <summary>A data source in trouble, from its page to a green backup; and its pages while the server goes and comes back.</summary>
public sealed class SourcePageTests(Chromium chromium, AppUnderTest app) : Scenario(chromium, app), IClassFixture<AppUnderTest>
{
    private const int PhoneWidth = 390;
    private const int MostPixels = 2_500;

    [Fact]
    public async Task A_failed_backup_is_understood_mended_by_what_its_page_says_and_run_again()
    {
        await using var source = await SourceDatabase.CreateAsync(rows: 1);
        var page = await SignInAsync();
        await page.AddSourceAsync("Shop", source);
        await Servers.SqlAsync<object>(source.Name, "CREATE TABLE payroll (n int)");
        await (await page.RunNowAsync()).ExpectStatusAsync("Failed");

        // Somebody sees it later.
        await page.GotoAsync(await App.SourcePathAsync("Shop"));
        await page.GetByRole(AriaRole.Link, new() { Name = "See why the backup of" }).ClickAsync();
        var job = new JobPage(page);
        await Expect(job.Alert).ToContainTextAsync("permission denied for table payroll");
        var statement = await job.WhatMends.InnerTextAsync();
        Assert.Equal($"GRANT pg_read_all_data TO \"{source.Name}\";", statement);
        await page.GetByText("Tool log").ClickAsync();
        await page.GetByRole(AriaRole.Searchbox, new() { Name = "Search the tool log" }).FillAsync("PAYROLL");
        await Expect(page.GetByText(new System.Text.RegularExpressions.Regex("^[1-9][0-9]* found$"))).ToBeVisibleAsync();

        await Servers.SqlAsync<object>(null, statement);
        await job.RunAgain.ClickAsync();
        await job.ExpectStatusAsync("Success");
        await Expect(page.GetByText("It was run without a policy: it stays until somebody deletes it.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Older:" }).ClickAsync();
        await job.ExpectStatusAsync("Failed");
        await page.GetByRole(AriaRole.Link, new() { Name = "Newer:" }).ClickAsync();
        await job.ExpectStatusAsync("Success");
    }

    [Fact]
    public async Task A_page_of_a_running_backup_finds_the_server_again_after_a_restart()
    {
        ExpectedComplaints.Add("net::ERR_");
        await using var source = await SourceDatabase.CreateAsync(rows: 1);
        var page = await SignInAsync();
        await page.AddSourceAsync("Restarted", source);
        JobPage job;
        await using (await source.HoldDumpsAsync())
        {
            job = await page.RunNowAsync();
            await job.ExpectStatusAsync("Running");
            await App.RestartAsync();
        }

        await job.ExpectStatusAsync("Canceled");
        await Expect(page.GetByText("Canceled because the server was stopped.")).ToBeVisibleAsync();
        await Expect(page.GetByText("Connection lost")).ToBeHiddenAsync();
        await job.RunAgain.ClickAsync();
        await job.ExpectStatusAsync("Success");
    }

    [Fact]
    public async Task A_tool_log_that_was_opened_and_searched_stays_so_when_its_run_ends()
    {
        await App.AddSourcesAsync("log", 1);
        await App.AddRunningJobAsync("log-1");
        await App.SqlAsync<object>("UPDATE backup_jobs SET tool_log = E'one table\nanother table' WHERE data_source_name = 'log-1'");
        var page = await SignInAsync();
        await page.GotoAsync(await App.JobPathAsync("running"));
        await page.GetByText("Tool log").ClickAsync();
        var search = page.GetByRole(AriaRole.Searchbox, new() { Name = "Search the tool log" });
        await search.FillAsync("table");
        await Expect(page.GetByText("2 found")).ToBeVisibleAsync();

        await App.SqlAsync<object>(
            "UPDATE backup_jobs SET status = 'canceled', finished_at = now(), cancel_reason = 'user' WHERE data_source_name = 'log-1'");

        await new JobPage(page).ExpectStatusAsync("Canceled");
        await Expect(search).ToHaveValueAsync("table");
        await Expect(page.GetByText("2 found")).ToBeVisibleAsync();
        await page.ReloadAsync();
        await Expect(search).ToBeHiddenAsync();
    }

    [Fact]
    public async Task On_a_phone_the_state_comes_first_and_25_backups_are_not_far_to_scroll()
    {
        await using var source = await SourceDatabase.CreateAsync(rows: 1);
        var page = await SignInAsync(new() { ViewportSize = new() { Width = PhoneWidth, Height = 844 }, HasTouch = true });
        await page.AddSourceAsync("Phone", source);
        await App.AddJobsAsync("Phone", 40);
        await page.GotoAsync(await App.SourcePathAsync("Phone"));

        await Expect(page.Locator("table.runs tbody tr")).ToHaveCountAsync(25);
        var height = await page.Locator("#history").EvaluateAsync<double>("element => element.getBoundingClientRect().height");
        Assert.True(height < MostPixels, $"The history is {height} px high.");
        var run = await new DataSourcePage(page).RunNow.BoundingBoxAsync();
        Assert.True(run!.Y < 844, $"Run now stands at {run.Y} px.");
        await page.ShootAsync("source-phone-390");

        // The way of the keyboard to a day, which leads to its runs alone.
        var day = page.Locator("a.day").Last;
        await day.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**day=**");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Backups of" })).ToBeVisibleAsync();
        Assert.InRange(await page.Locator("table.runs tbody tr").CountAsync(), 1, 4);
    }
}
