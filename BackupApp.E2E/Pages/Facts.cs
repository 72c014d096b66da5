using Microsoft.Playwright;

namespace BackupApp.E2E.Pages;

internal static class Facts
{
    public static ILocator Of(IPage page, string term) =>
        page.Locator("dt", new() { HasTextRegex = new($"^\\s*{System.Text.RegularExpressions.Regex.Escape(term)}\\s*$") })
            .Locator("xpath=following-sibling::dd[1]");
}
