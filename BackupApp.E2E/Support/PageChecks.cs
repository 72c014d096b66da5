using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace BackupApp.E2E.Support;

/// <summary>What holds for every page.</summary>
public static class PageChecks
{
    private static readonly string? Shots = Environment.GetEnvironmentVariable("BACKUPAPP_TEST_SHOTS");

    private static readonly AxeRunOptions Wcag = new()
    {
        RunOnly = new RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"] },
    };

    /// <summary>Violations of WCAG 2.2 AA that a program can find, each with its place.</summary>
    public static async Task<IReadOnlyList<string>> AccessibilityProblemsAsync(this IPage page)
    {
        var result = await page.RunAxe(Wcag);
        return
        [
            .. result.Violations.SelectMany(v =>
                v.Nodes.Select(n => $"{v.Id}: {n.Target}: {n.Any.FirstOrDefault()?.Message ?? v.Help}")),
        ];
    }

    /// <summary>How many pixels the page is wider than the screen; 0 for none.</summary>
    public static Task<int> OverflowAsync(this IPage page) =>
        page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");

    /// <summary>Keeps a picture of the page in the folder that <c>BACKUPAPP_TEST_SHOTS</c> names, for people to look at.</summary>
    public static async Task ShootAsync(this IPage page, string name)
    {
        if (!string.IsNullOrEmpty(Shots))
            await page.ScreenshotAsync(new() { Path = Path.Combine(Shots, name + ".png"), FullPage = true });
    }
}
