using BackupApp.E2E.Pages;
using BackupApp.E2E.Support;
using Microsoft.Playwright;

namespace BackupApp.E2E.Scenarios;

public sealed class UsersTests(Chromium chromium, AppUnderTest app) : Scenario(chromium, app), IClassFixture<AppUnderTest>
{
    private const string Password = "four random words here";

    [Fact]
    public async Task Somebody_is_invited_makes_an_api_token_and_the_token_ends_when_it_is_revoked()
    {
        ExpectedStatuses.Add(403);
        var admin = await SignInAsync();
        var link = await InviteAsync(admin, "grace@example.com", "Operator");

        var grace = await OpenBrowserAsync();
        await AcceptAsync(grace, link);
        await Expect(grace.GetByRole(AriaRole.Link, new() { Name = "Users" })).ToHaveCountAsync(0);
        var token = await CreateTokenAsync(grace, "deploy", "Runner");

        Assert.NotEqual(401, await StatusAsync("/api/v1/backups/00000000-0000-7000-8000-000000000000", token));
        Assert.Equal(403, await StatusAsync("/api/v1/datasources", token));
        await admin.GotoAsync("/Users");
        await Expect(admin.GetByRole(AriaRole.Row, new() { Name = "deploy" })).ToContainTextAsync("grace@example.com");

        await grace.GotoAsync("/Identity/Account/Manage/ApiTokens");
        await Expect(grace.GetByText(token)).ToHaveCountAsync(0);
        await grace.GetByRole(AriaRole.Button, new() { Name = "Revoke", Exact = true }).ClickAsync();
        await grace.GetByRole(AriaRole.Button, new() { Name = "Revoke token" }).ClickAsync();
        await Expect(grace.GetByText("deploy is revoked.")).ToBeVisibleAsync();
        Assert.Equal(401, await StatusAsync("/api/v1/backups/00000000-0000-7000-8000-000000000000", token));

        var late = await OpenBrowserAsync();
        await late.GotoAsync(link);
        await Expect(late.GetByRole(AriaRole.Heading, new() { Name = "This link does not work" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task An_administrator_changes_a_role_disables_and_helps_with_a_new_password_without_javascript()
    {
        var admin = await SignInAsync(new() { JavaScriptEnabled = false });
        await AcceptAsync(
            await OpenBrowserAsync(new() { JavaScriptEnabled = false }),
            await InviteAsync(admin, "linus@example.com", "Viewer"));
        await admin.GotoAsync("/Users");
        await admin.GetByRole(AriaRole.Link, new() { Name = "linus@example.com" }).ClickAsync();
        await admin.GetByLabel("Role").SelectOptionAsync("Operator");
        await admin.GetByRole(AriaRole.Button, new() { Name = "Change role" }).ClickAsync();
        await Expect(admin.GetByText("linus@example.com is Operator now.")).ToBeVisibleAsync();

        await admin.GetByRole(AriaRole.Button, new() { Name = "New password" }).ClickAsync();
        await admin.GetByRole(AriaRole.Button, new() { Name = "Make the link" }).ClickAsync();
        var link = await admin.GetByLabel("One-time link").InnerTextAsync();
        await AcceptAsync(await OpenBrowserAsync(new() { JavaScriptEnabled = false }), link);

        await admin.GetByRole(AriaRole.Button, new() { Name = "Disable", Exact = true }).ClickAsync();
        await admin.GetByRole(AriaRole.Button, new() { Name = "Disable user" }).ClickAsync();
        await Expect(admin.GetByText("linus@example.com is disabled.")).ToBeVisibleAsync();
        await admin.GetByRole(AriaRole.Button, new() { Name = "Enable", Exact = true }).ClickAsync();
        await Expect(admin.GetByText("linus@example.com may sign in again.")).ToBeVisibleAsync();
    }

    private async Task<string> InviteAsync(IPage admin, string email, string role)
    {
        await admin.GotoAsync("/Users");
        await admin.GetByRole(AriaRole.Link, new() { Name = "Invite somebody" }).ClickAsync();
        await admin.ConfirmIfAskedAsync(App.AdminPassword);
        await admin.GetByLabel("E-mail").FillAsync(email);
        await admin.GetByLabel("Role").SelectOptionAsync(role);
        await admin.GetByRole(AriaRole.Button, new() { Name = "Make the link" }).ClickAsync();
        return await admin.GetByLabel("One-time link").InnerTextAsync();
    }

    private static async Task AcceptAsync(IPage page, string link)
    {
        await page.GotoAsync(link);
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(Password);
        await page.GetByLabel("Password again").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Save and sign in" }).ClickAsync();
        await page.ExpectSignedInAsync();
    }

    private static async Task<string> CreateTokenAsync(IPage page, string name, string role)
    {
        await page.GotoAsync("/Identity/Account/Manage/ApiTokens");
        await page.GetByRole(AriaRole.Link, new() { Name = "Create token" }).ClickAsync();
        await page.ConfirmIfAskedAsync(Password);
        await page.GetByLabel("Name").FillAsync(name);
        await page.GetByLabel("Role").SelectOptionAsync(role);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create token" }).ClickAsync();
        return await page.GetByLabel("API token", new() { Exact = true }).InnerTextAsync();
    }

    private async Task<int> StatusAsync(string path, string token)
    {
        using var http = new HttpClient { BaseAddress = App.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Authorization = new("Bearer", token) } };
        using var answer = await http.SendAsync(request, Cancel);
        return (int)answer.StatusCode;
    }
}
