using Microsoft.Playwright;

namespace BackupApp.E2E.Pages;

/// <summary>Where the password is asked for once more, before something that makes a new way in.</summary>
public static class ConfirmPage
{
    /// <summary>Goes to a page, by way of this one where it is asked for.</summary>
    public static async Task GotoConfirmedAsync(this IPage page, string path, string password)
    {
        await page.GotoAsync(path);
        await page.ConfirmIfAskedAsync(password);
    }

    public static async Task ConfirmIfAskedAsync(this IPage page, string password)
    {
        await page.WaitForLoadStateAsync();
        if (!page.Url.Contains("/Account/Manage/Confirm", StringComparison.Ordinal))
            return;
        await page.GetByLabel("Your password").FillAsync(password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await page.WaitForURLAsync(url => !url.Contains("/Account/Manage/Confirm", StringComparison.Ordinal));
    }
}
