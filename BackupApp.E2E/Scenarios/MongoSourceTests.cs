using BackupApp.E2E.Pages;
using BackupApp.E2E.Support;
using Microsoft.Playwright;

namespace BackupApp.E2E.Scenarios;

/// <summary>A MongoDB source from its form to a failed backup. A server is not needed for what a person sees when it is away.</summary>
public sealed class MongoSourceTests(Chromium chromium, AppUnderTest app) : Scenario(chromium, app), IClassFixture<AppUnderTest>
{
    private const string Secret = "s3cret!";

    [Fact]
    public async Task A_uri_is_kept_without_its_password_and_a_server_that_is_away_is_said_clearly()
    {
        var page = await SignInAsync();
        var detail = await page.AddMongoSourceAsync(
            "Orders",
            $"mongodb://keeper:{Secret}@127.0.0.1:1,127.0.0.1:2/orders?replicaSet=rs0&readPreference=secondary&tls=true&compressors=zstd");

        await Expect(detail.Alert).ToContainTextAsync("does not work yet");
        await Expect(detail.Alert).ToContainTextAsync("Nothing listens at 127.0.0.1 port");
        await detail.Settings.ClickAsync();
        await Expect(detail.Fact("Servers")).ToContainTextAsync("127.0.0.1:2");
        await Expect(detail.Fact("Backs up")).ToHaveTextAsync("Database orders");
        await Expect(detail.Fact("URI without password"))
            .ToContainTextAsync("mongodb://keeper@127.0.0.1:1,127.0.0.1:2/orders?tls=true&authSource=orders&compressors=zstd");
        Assert.DoesNotContain(Secret, await page.ContentAsync(), StringComparison.Ordinal);

        await detail.Edit.ClickAsync();
        var form = new DataSourceFormPage(page);
        await Expect(form.Servers).ToHaveValueAsync("127.0.0.1:1\n127.0.0.1:2");
        await Expect(form.Database).ToHaveValueAsync("orders");
        await Expect(form.Password).ToBeEmptyAsync();
        await Expect(page.GetByLabel("Further parameters")).ToHaveValueAsync("compressors=zstd");
        await Expect(form.Host).ToBeHiddenAsync();
        await form.Servers.FillAsync("evil.example.com");
        await form.Save.ClickAsync();
        await Expect(form.ErrorOf("Mongo_Password")).ToContainTextAsync("Enter the password again");

        await page.GotoAsync("/DataSources");
        await Expect(page.GetByRole(AriaRole.Row, new() { Name = "Orders" })).ToContainTextAsync("MongoDB");
    }

    [Fact]
    public async Task The_single_fields_of_a_whole_server_need_no_database_and_its_failed_backup_says_why()
    {
        var page = await SignInAsync();
        var form = new DataSourceFormPage(page);
        await form.OpenNewAsync();
        await form.ChooseMongoAsync();
        await Expect(form.Host).ToBeHiddenAsync();
        await form.Name.FillAsync("All of it");
        await form.Environment.SelectOptionAsync("Test");
        await form.Servers.FillAsync("127.0.0.1:1");
        await form.User.FillAsync("keeper");
        await form.Password.FillAsync(Secret);
        await form.Save.ClickAsync();
        await Expect(form.ErrorOf("Mongo_Database")).ToContainTextAsync("choose to back up the whole server");

        await form.ChooseServerAsync();
        await page.GetByLabel("Also the writes made during the dump (oplog)").CheckAsync();
        await form.Password.FillAsync(Secret);
        await form.Save.ClickAsync();
        var detail = new DataSourcePage(page);
        await detail.Settings.ClickAsync();
        await Expect(detail.Fact("Backs up")).ToContainTextAsync("The whole server, with the writes made meanwhile");
        await Expect(detail.Alert).ToContainTextAsync("Nothing listens at 127.0.0.1 port");
    }
}
