using BackupApp.E2E.Pages;
using BackupApp.E2E.Support;
using Microsoft.Playwright;

namespace BackupApp.E2E.Scenarios;

/// <summary>All pages, with data in them. That the browser never complains is checked in every scenario.</summary>
[Trait("kind", "slow")]
public sealed partial class EveryPageTests(Chromium chromium, AppUnderTest app) : Scenario(chromium, app), IClassFixture<AppUnderTest>
{
    private const int Phone = 360;
    private const int Laptop = 1280;
    private const int Wide = 1920;

    private readonly List<string> _problems = [];

    [Fact]
    public async Task Every_page_is_accessible_in_both_themes_and_fits_the_screen_of_phone_laptop_and_desktop()
    {
        ExpectedStatuses.UnionWith([403, 404]);
        await using var source = await SourceDatabase.CreateAsync(rows: 100);
        // Colours are judged at rest, not on their way to the other theme.
        var page = await OpenBrowserAsync(new() { ReducedMotion = ReducedMotion.Reduce });
        async Task VisitAsync(string name, string path)
        {
            _problems.AddRange((await page.GotoColdAsync(path)).Select(problem => $"{name} {problem}"));
            await CheckAsync(page, name);
        }

        await VisitAsync("sign-in", "/");
        await VisitAsync("setup-used", "/Setup");
        await new SignInPage(page).SignInAsync(AppUnderTest.AdminEmail, App.AdminPassword);
        await VisitAsync("protect-first", "/");
        await VisitProtectAsync(page, source);
        await VisitAsync("sources-empty", "/DataSources");
        await VisitAsync("jobs-empty", "/Jobs");
        await FillAsync(page, source);

        await VisitAsync("dashboard", "/");
        await page.GetByRole(AriaRole.Button, new() { Name = "More about CRM" }).ClickAsync();
        await CheckAsync(page, "dashboard-menu");
        await page.GotoAsync("/?group=environment&state=needs_you");
        await page.GetByText("Filter", new() { Exact = true }).ClickAsync();
        await CheckAsync(page, "dashboard-filter");
        await VisitAsync("dashboard-nothing-fits", "/?q=nobody");
        await VisitAsync("sources", "/DataSources");
        var refused = await App.SourcePathAsync("CRM");
        await VisitAsync("source", await App.SourcePathAsync("Shop production"));
        await VisitSourcePagesAsync(page, VisitAsync);
        await VisitAsync("source-refused", refused);
        await VisitAsync("source-edit", refused.Replace("/DataSources", "/DataSources/Edit", StringComparison.Ordinal));
        await VisitAsync("source-create", "/DataSources/Create");
        await new DataSourceFormPage(page).Save.ClickAsync();
        await Expect(new DataSourceFormPage(page).ErrorOf("Host")).ToBeVisibleAsync();
        await CheckAsync(page, "source-create-errors");
        await page.GotoAsync("/DataSources/Create");
        await new DataSourceFormPage(page).ChooseServerAsync();
        await new DataSourceFormPage(page).OpenFiltersAsync();
        await CheckAsync(page, "source-create-server");
        await page.GotoAsync("/DataSources/Create");
        await new DataSourceFormPage(page).ChooseMongoAsync();
        await new DataSourceFormPage(page).ChooseServerAsync();
        await new DataSourceFormPage(page).Save.ClickAsync();
        await Expect(new DataSourceFormPage(page).ErrorOf("Mongo_Hosts")).ToBeVisibleAsync();
        await CheckAsync(page, "source-create-mongodb");
        var mongo = await App.SourcePathAsync("Orders");
        await VisitAsync("source-mongodb", mongo);
        await VisitAsync("source-mongodb-settings", $"{mongo}/Settings");
        await VisitAsync("source-mongodb-edit", mongo.Replace("/DataSources", "/DataSources/Edit", StringComparison.Ordinal));
        await VisitAsync("jobs", "/Jobs");
        foreach (var status in (string[])["success", "failed", "running", "canceled", "partial"])
            await VisitAsync($"job-{status}", await App.JobPathAsync(status));
        await page.GotoAsync(await App.SourcePathAsync("Shop production"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Run now" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Contents", Exact = true }))
            .ToBeVisibleAsync(new() { Timeout = 60_000 });
        await CheckAsync(page, "job-contents");
        await page.GetByRole(AriaRole.Link, new() { Name = "All tables" }).ClickAsync();
        await CheckAsync(page, "contents");
        await page.GetByRole(AriaRole.Table).GetByRole(AriaRole.Link).Nth(3).ClickAsync();
        await CheckAsync(page, "table-history");
        await VisitRestoresAsync(page, source, VisitAsync);
        await VisitAsync("source-contents", $"{await App.SourcePathAsync("Shop production")}/Contents");
        await VisitAsync("api", "/api");
        await VisitAsync("destinations", "/Destinations");
        await VisitAsync("destination-create", "/Destinations/Create");
        await new DestinationFormPage(page).Save.ClickAsync();
        await Expect(new DestinationFormPage(page).ErrorOf("Bucket")).ToBeVisibleAsync();
        await CheckAsync(page, "destination-create-errors");
        var attempt = Guid.NewGuid();
        await App.SqlAsync<object>(
            "INSERT INTO destination_attempts (id, step, sent, size, started_at, beat_at, ok) "
            + $"VALUES ('{attempt}', 'upload', 7000000, 16777217, now(), now() + interval '1 hour', false)");
        await VisitAsync("destination-progress", $"/Destinations/Progress/{attempt}");
        await VisitAsync("policies-empty", "/Policies");
        await VisitAsync("policy-create", "/Policies/Create");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Nightly");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).Last.ClickAsync();
        await Expect(page.GetByText("Nightly is added.")).ToBeVisibleAsync();
        await VisitAsync("policies", "/Policies");
        await VisitAsync("policy-create-for-source", $"/Policies/Create?source={(await App.SourcePathAsync("CRM")).Split('/')[^1]}");
        await page.GotoAsync($"{await App.SourcePathAsync("Shop production")}/Settings");
        await page.GetByRole(AriaRole.Button, new() { Name = "Attach" }).ClickAsync();
        await VisitAsync("source-with-policy", await App.SourcePathAsync("Shop production"));
        await VisitAsync("source-settings-with-policy", $"{await App.SourcePathAsync("Shop production")}/Settings");
        await page.Locator("#policies").GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await CheckAsync(page, "policy-pause-open");
        await VisitAsync("uncovered-empty", "/Uncovered");
        await VisitAsync("incidents-empty", "/Incidents");
        await VisitAsync("incident", await App.AddUncoveredAndIncidentAsync("Shop production"));
        await VisitAsync("incidents", "/Incidents");
        await VisitAsync("uncovered", "/Uncovered");
        await VisitAsync("dashboard-uncovered", "/");
        await App.AddGapsAsync("Shop production");
        await VisitAsync("source-with-gaps", await App.SourcePathAsync("Shop production"));
        await VisitAsync(
            "source-delete",
            (await App.SourcePathAsync("Shop production")).Replace("/DataSources", "/DataSources/Delete", StringComparison.Ordinal));
        await App.ScheduleJobsAsync("Shop production");
        await page.GotoAsync(await App.PolicyPathAsync("Nightly"));
        await page.GetByLabel("Keep for days").FillAsync("2");
        await page.GetByLabel("Keep the newest").FillAsync("1");
        await Expect(page.GetByText("Saving deletes")).ToBeVisibleAsync();
        await CheckAsync(page, "policy-edit-expiry");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).Last.ClickAsync();
        await Expect(page.GetByText("Not saved yet")).ToBeVisibleAsync();
        await CheckAsync(page, "policy-edit-confirm");
        await VisitAsync("destination", $"/Destinations/{AppUnderTest.ServerStorage}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Look now" }).ClickAsync();
        await Expect(page.GetByText("Nothing unknown")).ToBeVisibleAsync();
        await App.MakeUnknownAsync();
        await VisitAsync("destination-unknown", $"/Destinations/{AppUnderTest.ServerStorage}");
        await App.SpoilDeletionsAsync("Shop production");
        await VisitAsync("job-hidden", await App.DeletedJobPathAsync());
        await VisitAsync("job-undeleted", await App.UndeletedJobPathAsync());
        await VisitAsync("dashboard-attention", "/");
        await VisitAsync("jobs-stored", $"/Jobs?stored=true&destination={AppUnderTest.ServerStorage}");
        await VisitAsync("destination-bucket", await App.AddLostBucketAsync("Shop production"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Forget and delete" }).ClickAsync();
        await CheckAsync(page, "destination-forget");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Forget and delete" }).ClickAsync();
        await Expect(page.GetByText("The destination and its keys are deleted.")).ToBeVisibleAsync();
        await VisitAsync("job-forgotten", await App.ForgottenJobPathAsync());
        await App.RemoveCredentialsAsync("Analytics");
        await VisitAsync("sources-no-credentials", "/DataSources");
        await VisitAsync("source-no-credentials", await App.SourcePathAsync("Analytics"));
        await VisitAsync("channel-create", "/Channels/Create?kind=Email");
        await page.GotoAsync("/Channels");
        await page.GetByLabel("Address to call").FillAsync("http://127.0.0.1:9/ping");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save ping" }).ClickAsync();
        await Expect(page.GetByText("The first ping goes out within seconds")).ToBeVisibleAsync();
        await CheckAsync(page, "alerts");
        await VisitListsAsync(page);
        await VisitAsync("account-password", "/Identity/Account/Manage/ChangePassword");
        await VisitAsync("account-two-factor", "/Identity/Account/Manage/TwoFactorAuthentication");
        await VisitAsync("account-confirm", "/Identity/Account/Manage/EnableAuthenticator");
        await page.ConfirmIfAskedAsync(App.AdminPassword);
        await VisitAsync("account-authenticator", "/Identity/Account/Manage/EnableAuthenticator");
        await VisitPeopleAsync(page);
        await VisitAsync("not-found", "/nothing/here");
        await VisitAsync("error", "/Error");
        Assert.True(_problems.Count == 0, string.Join('\n', _problems));
    }

    private async Task VisitPeopleAsync(IPage page)
    {
        async Task VisitAsync(string name, string path)
        {
            await page.GotoConfirmedAsync(path, App.AdminPassword);
            await CheckAsync(page, name);
        }

        await VisitAsync("users-alone", "/Users");
        await VisitAsync("sessions", "/Identity/Account/Manage/Sessions");
        await VisitAsync("tokens-empty", "/Identity/Account/Manage/ApiTokens");
        await VisitAsync("token-create", "/Identity/Account/Manage/CreateApiToken");
        await page.GetByLabel("Role").SelectOptionAsync("Runner");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create token" }).ClickAsync();
        await Expect(page.GetByText("Give it a name")).ToBeVisibleAsync();
        await CheckAsync(page, "token-create-errors");
        await page.GetByLabel("Name").FillAsync("Deployment of the shop, from its pipeline");
        await page.GetByLabel("Shop production").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Create token" }).ClickAsync();
        await Expect(page.GetByLabel("API token", new() { Exact = true })).ToBeVisibleAsync();
        await CheckAsync(page, "token-created");

        await VisitAsync("user-invite", "/Users/Invite");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the link" }).ClickAsync();
        await Expect(page.GetByText("Type an e-mail address.")).ToBeVisibleAsync();
        await CheckAsync(page, "user-invite-errors");
        await page.GetByLabel("E-mail").FillAsync("a.person.with.a.long.name@department.example.com");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the link" }).ClickAsync();
        var link = await page.GetByLabel("One-time link").InnerTextAsync();
        await App.AddUserAsync("viewer");
        await CheckAsync(page, "user-invited");
        await VisitAsync("users", "/Users");
        await page.GetByRole(AriaRole.Link, new() { Name = "viewer@example.com" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Change role" })).ToBeVisibleAsync();
        await CheckAsync(page, "user");
        await VisitAsync("welcome", link);
        await VisitAsync("welcome-used", "/Welcome?token=used");
    }

    private async Task FillAsync(IPage page, SourceDatabase source)
    {
        await page.AddSourceAsync("Shop production", source);
        await page.AddSourceAsync("Analytics", source);
        await page.AddSourceAsync("CRM", source, "not the password");
        await page.AddMongoSourceAsync(
            "Orders",
            "mongodb://keeper:pw@127.0.0.1:1,127.0.0.1:2/orders?"
            + "replicaSet=rs0&readPreference=secondaryPreferred&tls=true&compressors=zstd");
        await App.AddJobsAsync("Analytics", 3);
        await App.AddJobsAsync("Shop production", 40);
        await App.AddRunningJobAsync("Analytics");
        await App.AddPartialJobAsync("CRM");
    }

    private async Task CheckAsync(IPage page, string name)
    {
        await CheckAsync(page, name, ColorScheme.Light, Wide);
        await CheckAsync(page, name, ColorScheme.Dark, Phone);
        await CheckAsync(page, name, ColorScheme.Light, Laptop);
        await page.ShootEverywhereAsync(name);
    }

    // A page on which something ran loads itself anew when that has ended, perhaps just now.
    private async Task CheckAsync(IPage page, string name, ColorScheme theme, int width)
    {
        try
        {
            await LookAsync(page, name, theme, width);
        }
        catch (PlaywrightException e) when (e.Message.Contains("Execution context was destroyed", StringComparison.Ordinal))
        {
            await page.WaitForLoadStateAsync();
            await LookAsync(page, name, theme, width);
        }
    }

    private async Task LookAsync(IPage page, string name, ColorScheme theme, int width)
    {
        await page.SetViewportSizeAsync(width, 800);
        await page.EmulateMediaAsync(new() { ColorScheme = theme, ReducedMotion = ReducedMotion.Reduce });
        if (await page.OverflowAsync() is > 0 and var pixels)
            _problems.Add($"{name} is {pixels} px wider than {width} px");
        if (width != Wide)
            _problems.AddRange((await page.AccessibilityProblemsAsync()).Select(problem => $"{name}, {theme}, {width} px: {problem}"));
    }
}
