using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace BackupApp.E2E.Pages;

public sealed class SignInPage(IPage page)
{
    public ILocator Email => page.GetByLabel("E-mail");

    public ILocator Password => page.GetByLabel("Password", new() { Exact = true });

    public ILocator Submit => page.GetByRole(AriaRole.Button, new() { Name = "Sign in" });

    public async Task SignInAsync(string email, string password)
    {
        await page.GotoAsync("/");
        await Email.FillAsync(email);
        await Password.FillAsync(password);
        await Submit.ClickAsync();
        await page.ExpectSignedInAsync();
    }
}

internal static partial class SignedIn
{
    /// <summary>On the dashboard, or where the first database is added: an empty installation opens that.</summary>
    public static Task ExpectSignedInAsync(this IPage page) =>
        Expect(page.GetByRole(AriaRole.Heading, new() { NameRegex = FirstPage() })).ToBeVisibleAsync();

    [GeneratedRegex("^(Dashboard|Protect a database)$")]
    private static partial Regex FirstPage();
}
