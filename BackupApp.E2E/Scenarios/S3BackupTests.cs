using System.Security.Cryptography;
using BackupApp.E2E.Pages;
using BackupApp.E2E.Support;
using Microsoft.Playwright;

namespace BackupApp.E2E.Scenarios;

public sealed class S3BackupTests(Chromium chromium, AppUnderTest app) : Scenario(chromium, app), IClassFixture<AppUnderTest>
{
    private readonly TestBucket _bucket = new();

    protected override async ValueTask SetUpAsync()
    {
        Servers.RequireS3();
        await _bucket.CreateAsync();
    }

    protected override ValueTask TearDownAsync() => _bucket.DisposeAsync();

    [Fact]
    public async Task A_database_given_by_URI_goes_to_a_bucket_added_in_the_UI_and_is_downloaded_from_there()
    {
        ExpectedHosts.Add(Servers.S3Endpoint.Authority);
        await using var source = await SourceDatabase.CreateAsync();
        var page = await SignInAsync();
        var destination = new DestinationFormPage(page);
        await destination.OpenNewAsync();
        await destination.FillAsync("Bucket", _bucket.Name);
        await destination.Save.ClickAsync();
        await Expect(page.GetByText("Bucket is added and passed its test.")).ToBeVisibleAsync();

        var form = new DataSourceFormPage(page);
        await form.OpenNewAsync();
        await form.Name.FillAsync("Shop");
        await form.Environment.SelectOptionAsync("Production");
        await form.ChooseUriAsync();
        await Expect(form.Host).ToBeHiddenAsync();
        await form.Uri.FillAsync(source.Uri);
        await form.Save.ClickAsync();
        await Expect(page.GetByText("Shop is added and its connection works.")).ToBeVisibleAsync();

        await new DataSourcePage(page).OtherWays.ClickAsync();
        await new DataSourcePage(page).Destination.SelectOptionAsync("Bucket");
        await new DataSourcePage(page).RunThere.ClickAsync();
        var job = new JobPage(page);
        await job.ExpectStatusAsync("Success");
        Assert.StartsWith(_bucket.Name, await job.Fact("Object").InnerTextAsync(), StringComparison.Ordinal);

        var sha256 = await job.Fact("SHA-256").InnerTextAsync();
        var file = await job.DownloadAsync();
        var link = new Uri((await page.GetByRole(AriaRole.Link, new() { Name = "download it here" }).GetAttributeAsync("href"))!);
        Assert.Equal(Servers.S3Endpoint.Authority, link.Authority);
        Assert.Contains("X-Amz-Signature", link.Query, StringComparison.Ordinal);
        Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(file)));
    }

    [Fact]
    public async Task A_bucket_added_while_a_database_is_protected_is_chosen_there_and_nothing_typed_is_lost()
    {
        await using var source = await SourceDatabase.CreateAsync(rows: 1);
        var page = await SignInAsync();
        await page.GotoAsync("/Protect");
        var protect = new ProtectPage(page);
        await protect.Uri.FillAsync(source.Uri);
        await Expect(protect.Tried).ToContainTextAsync("Connects in");

        var tab = await page.Context.RunAndWaitForPageAsync(
            () => page.GetByRole(AriaRole.Link, new() { Name = "Add an S3 bucket" }).ClickAsync());
        var destination = new DestinationFormPage(tab);
        await destination.FillAsync("Beside", _bucket.Name);
        await destination.Save.ClickAsync();
        await Expect(tab.GetByText("Beside is added and passed its test.")).ToBeVisibleAsync();
        await tab.CloseAsync();
        // Without a window no tab is ever hidden.
        await page.EvaluateAsync("document.dispatchEvent(new Event('visibilitychange'))");

        await Expect(protect.Destination.Locator("option:checked")).ToContainTextAsync("Beside");
        await Expect(protect.Uri).ToHaveValueAsync(source.Uri);
    }

    [Fact]
    public async Task A_destination_whose_bucket_does_not_exist_is_saved_says_so_and_is_mended()
    {
        var page = await SignInAsync();
        var form = new DestinationFormPage(page);
        await form.OpenNewAsync();
        await form.FillAsync("Nowhere", "no-such-bucket-anywhere");
        await form.Save.ClickAsync();
        var alert = page.GetByRole(AriaRole.Alert);
        await Expect(alert).ToContainTextAsync("Saved, but it does not work yet:");
        await Expect(alert).ToContainTextAsync("does not exist");

        // Nothing was ever stored there, so even the bucket may be another one.
        await page.GetByRole(AriaRole.Link, new() { Name = "Edit", Exact = true }).ClickAsync();
        await form.Bucket.FillAsync(_bucket.Name);
        await form.Save.ClickAsync();
        await Expect(page.GetByText("Saved. The destination passed its test.")).ToBeVisibleAsync();
    }
}
