using BackupApp.E2E.Pages;
using BackupApp.E2E.Support;
using Microsoft.Playwright;

namespace BackupApp.E2E.Scenarios;

/// <summary>All pages, with data in them, in both themes and on small and large screens. That the browser never complains is checked for every scenario.</summary>
public sealed class EveryPageTests(Chromium chromium, AppUnderTest app) : Scenario(chromium, app), IClassFixture<AppUnderTest>
{
    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 1280)]
    [InlineData(ColorScheme.Light, 360)]
    [InlineData(ColorScheme.Dark, 360)]
    [InlineData(ColorScheme.Light, 1920)]
    public async Task Every_page_is_accessible_and_fits_the_screen(ColorScheme theme, int width)
    {
        ExpectedStatuses.Add(404);
        await using var source = await SourceDatabase.CreateAsync(rows: 100);
        var page = await OpenBrowserAsync(new() { ColorScheme = theme, ViewportSize = new() { Width = width, Height = 800 } });
        List<string> problems = [];
        async Task CheckAsync(string name)
        {
            problems.AddRange(await page.AccessibilityProblemsAsync());
            if (await page.OverflowAsync() is > 0 and var pixels)
                problems.Add($"{page.Url} is {pixels} px too wide");
            await page.ShootAsync($"{name}-{theme}-{width}");
        }

        async Task VisitAsync(string name, string path)
        {
            await page.GotoAsync(path);
            await CheckAsync(name);
        }

        await VisitAsync("sign-in", "/");
        await VisitAsync("setup-used", "/Setup");
        await new SignInPage(page).SignInAsync(AppUnderTest.AdminEmail, App.AdminPassword);
        await VisitAsync("dashboard-empty", "/");
        await VisitAsync("sources-empty", "/DataSources");
        await VisitAsync("jobs-empty", "/Jobs");
        await FillAsync(page, source);

        await VisitAsync("dashboard", "/");
        await VisitAsync("sources", "/DataSources");
        await VisitAsync("source", await App.SourcePathAsync("Shop production"));
        await VisitAsync("source-refused", await App.SourcePathAsync("CRM"));
        await VisitAsync("source-edit", (await App.SourcePathAsync("CRM")).Replace("DataSources", "DataSources/Edit", StringComparison.Ordinal));
        await VisitAsync("source-create", "/DataSources/Create");
        await new DataSourceFormPage(page).Save.ClickAsync();
        await CheckAsync("source-create-errors");
        await VisitAsync("jobs", "/Jobs");
        foreach (var status in (string[])["success", "failed", "running", "canceled"])
            await VisitAsync($"job-{status}", await App.JobPathAsync(status));
        await VisitAsync("destinations", "/Destinations");
        await VisitAsync("destination-create", "/Destinations/Create");
        await new DestinationFormPage(page).Save.ClickAsync();
        await CheckAsync("destination-create-errors");
        await VisitAsync("account", "/Identity/Account/Manage");
        await VisitAsync("account-password", "/Identity/Account/Manage/ChangePassword");
        await VisitAsync("account-two-factor", "/Identity/Account/Manage/TwoFactorAuthentication");
        await VisitAsync("account-authenticator", "/Identity/Account/Manage/EnableAuthenticator");
        await VisitAsync("not-found", "/nothing/here");
        await VisitAsync("error", "/Error");

        await App.SqlAsync<object>("TRUNCATE backup_artifacts, backup_jobs, data_sources");
        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }

    private async Task FillAsync(IPage page, SourceDatabase source)
    {
        await page.AddSourceAsync("Shop production", source);
        await page.AddSourceAsync("Analytics", source);
        await page.AddSourceAsync("CRM", source, "not the password");
        await App.AddJobsAsync("Analytics", 3);
        await App.AddJobsAsync("Shop production", 40);
        await App.AddRunningJobAsync("Analytics");
    }
}
