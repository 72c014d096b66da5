using BackupApp.E2E.Pages;
using BackupApp.E2E.Support;
using Microsoft.Playwright;

namespace BackupApp.E2E.Scenarios;

public sealed class ViewerTests(Chromium chromium, AppUnderTest app) : Scenario(chromium, app), IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task A_viewer_reads_everything_and_finds_no_button_that_does_something()
    {
        ExpectedStatuses.Add(403);
        await using var source = await SourceDatabase.CreateAsync(rows: 1);
        await (await SignInAsync()).AddSourceAsync("Shop", source);
        await App.AddJobsAsync("Shop", 5);
        var sourcePath = await App.SourcePathAsync("Shop");
        var jobPath = await App.JobPathAsync("success");
        // What an operator is sent to do about either is behind a form.
        var incidentPath = await App.AddUncoveredAndIncidentAsync("Shop");
        await App.SqlAsync<object>("UPDATE incidents SET action = 'fix_connection'");
        await App.RemoveCredentialsAsync("Shop");

        var page = await OpenBrowserAsync();
        await new SignInPage(page).SignInAsync(await App.AddUserAsync("viewer"), People.Password);
        foreach (var path in (string[])
            ["/", "/DataSources", sourcePath, $"{sourcePath}/Restores", $"{sourcePath}/Settings", "/Jobs", jobPath, "/Destinations",
                "/Incidents", incidentPath])
        {
            Assert.Equal(200, (await page.GotoAsync(path))!.Status);
            await Expect(page.Locator("main form[method=post]")).ToHaveCountAsync(0);
            await Expect(page.Locator("main a[href*='/Create'], main a[href*='/Edit']")).ToHaveCountAsync(0);
        }

        await page.GotoAsync(jobPath);
        await Expect(new JobPage(page).RestoreCommand).ToBeVisibleAsync();
        var edit = sourcePath.Replace("/DataSources", "/DataSources/Edit", StringComparison.Ordinal);
        foreach (var path in (string[])["/DataSources/Create", edit, "/Destinations/Create"])
            Assert.Equal(403, (await page.GotoAsync(path))!.Status);
        foreach (var path in (string[])
            [$"{sourcePath}?handler=RunNow", $"{sourcePath}?handler=Test", $"{jobPath}/Download", "/DataSources/Create"])
            Assert.Equal(403, (await page.APIRequest.PostAsync(path)).Status);
    }
}
