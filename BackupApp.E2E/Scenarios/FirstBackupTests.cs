using System.Security.Cryptography;
using BackupApp.E2E.Pages;
using BackupApp.E2E.Support;
using Microsoft.Playwright;

namespace BackupApp.E2E.Scenarios;

public sealed class FirstBackupTests(Chromium chromium, AppUnderTest app) : Scenario(chromium, app), IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task From_the_detailed_form_to_a_downloaded_backup()
    {
        await using var source = await SourceDatabase.CreateAsync();
        var page = await SignInAsync(new() { Permissions = ["clipboard-read", "clipboard-write"] });
        await page.GetByRole(AriaRole.Link, new() { Name = "the detailed form" }).ClickAsync();
        var form = new DataSourceFormPage(page);
        await form.FillAsync("Shop", source);
        await form.Save.ClickAsync();

        var detail = new DataSourcePage(page);
        await Expect(page.GetByText("Shop is added and its connection works.")).ToBeVisibleAsync();
        await Expect(page.GetByText("No backups yet")).ToBeVisibleAsync();
        await detail.Settings.ClickAsync();
        await Expect(detail.Fact("Version")).ToContainTextAsync("PostgreSQL 1");
        await Expect(detail.Fact("Encryption found")).ToHaveTextAsync("None: unencrypted");

        JobPage job;
        await using (await source.HoldDumpsAsync())
        {
            job = await page.RunNowAsync();
            await job.ExpectStatusAsync("Running");
            await Expect(page.GetByRole(AriaRole.Progressbar)).ToBeVisibleAsync();
        }

        await job.ExpectStatusAsync("Success");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true })).ToBeVisibleAsync();

        await job.Copy.ClickAsync();
        var command = await page.EvaluateAsync<string>("navigator.clipboard.readText()");
        Assert.Contains("pg_restore", command, StringComparison.Ordinal);
        await Expect(job.RestoreCommand).ToHaveTextAsync(command);

        var sha256 = await job.Fact("SHA-256").InnerTextAsync();
        var file = await job.DownloadAsync();
        Assert.Equal([0x1f, 0x8b], file[..2]);
        Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(file)));

        await page.GotoAsync("/");
        // A good backup, and nobody has said yet that there will be another.
        await Expect(page.GetByText("No policy backs it up").First).ToBeVisibleAsync();
    }
}
