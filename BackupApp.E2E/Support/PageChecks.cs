using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace BackupApp.E2E.Support;

/// <summary>What holds for every page.</summary>
public static class PageChecks
{
    /// <summary>Bytes over the wire that a page may take of somebody who has nothing of it yet.</summary>
    private const int HeaviestPage = 150_000;

    /// <summary>Cumulative layout shift: how far what one reads moves while the rest arrives.</summary>
    public const double MostShift = 0.05;

    private static readonly string? Shots = Environment.GetEnvironmentVariable("BACKUPAPP_TEST_SHOTS");

    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    // Headings are no rule of WCAG's own, but what people with a screen reader go by. No page has frames.
    private const string Violations =
        """
        async () => globalThis.axe ? (await axe.run(document, {
          runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] },
          rules: { 'heading-order': { enabled: true } },
          resultTypes: ['violations'],
        })).violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.target}: ${node.any[0]?.message ?? rule.help}`)) : null
        """;

    /// <summary>Violations of WCAG 2.2 AA that a program can find, and headings that skip a level, each with its place.</summary>
    public static async Task<IReadOnlyList<string>> AccessibilityProblemsAsync(this IPage page)
    {
        // In the page itself, and read once for each: the package's own way opens another page for every look.
        while (true)
        {
            if (await page.EvaluateAsync<string[]?>(Violations) is { } found)
                return found;
            await page.EvaluateAsync(Axe);
        }
    }

    /// <summary>
    /// Opens a page as somebody does who never was there: the browser of a scenario keeps nothing, since its requests are looked at.
    /// </summary>
    /// <returns>What is too much about it.</returns>
    public static async Task<IReadOnlyList<string>> GotoColdAsync(this IPage page, string path)
    {
        var requests = new ConcurrentQueue<IRequest>();
        void Note(object? sender, IRequest request) => requests.Enqueue(request);
        page.RequestFinished += Note;
        await page.GotoAsync(path);
        page.RequestFinished -= Note;
        // What the page before it still asked for, and what it loaded before it loaded itself anew, is not counted.
        var all = requests.ToList();
        var own = all[Math.Max(0, all.FindLastIndex(r => r.IsNavigationRequest))..];
        var weight = 0L;
        foreach (var request in own)
        {
            var sizes = await request.SizesAsync();
            weight += sizes.ResponseBodySize + sizes.ResponseHeadersSize;
        }

        // What changed on the server meanwhile moves a page once; what is wrong with the page moves it each time.
        var shift = await page.ShiftAsync();
        if (shift > MostShift)
        {
            await page.ReloadAsync();
            shift = Math.Min(shift, await page.ShiftAsync());
        }

        List<string> problems = [];
        if (weight > HeaviestPage)
            problems.Add($"weighs {weight:N0} bytes in {own.Count} answers");
        if (shift > MostShift)
            problems.Add($"moves by {shift:0.000} while it loads");
        return problems;
    }

    private static Task<double> ShiftAsync(this IPage page) => page.EvaluateAsync<double>(
            """
            () => new Promise(done => {
              let sum = 0;
              const observer = new PerformanceObserver(list => list.getEntries().forEach(e => sum += e.hadRecentInput ? 0 : e.value));
              observer.observe({ type: 'layout-shift', buffered: true });
              requestAnimationFrame(() => requestAnimationFrame(() => done(sum)));
            })
            """);

    /// <summary>How many pixels the page is wider than the screen; 0 for none.</summary>
    public static Task<int> OverflowAsync(this IPage page) =>
        page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");

    /// <summary>Whether somebody wants to look at the pages, and not only to have them checked.</summary>
    [MemberNotNullWhen(true, nameof(Shots))]
    public static bool AreShotsWanted => !string.IsNullOrEmpty(Shots);

    /// <summary>Pictures of the page in both themes, on a laptop and on a telephone. Nothing where nobody wants them.</summary>
    public static async Task ShootEverywhereAsync(this IPage page, string name)
    {
        if (!AreShotsWanted)
            return;
        var size = page.ViewportSize!;
        foreach (var theme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
        {
            await page.EmulateMediaAsync(new() { ColorScheme = theme, ReducedMotion = ReducedMotion.Reduce });
            foreach (var width in (int[])[1280, 390])
            {
                await page.SetViewportSizeAsync(width, 800);
                await page.ShootAsync($"{name}-{theme}-{width}".ToLowerInvariant());
            }
        }

        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await page.SetViewportSizeAsync(size.Width, size.Height);
    }

    /// <summary>Keeps a picture of the page in the folder that <c>BACKUPAPP_TEST_SHOTS</c> names, for people to look at.</summary>
    public static async Task ShootAsync(this IPage page, string name)
    {
        if (AreShotsWanted)
            await page.ScreenshotAsync(new() { Path = Path.Combine(Shots, name + ".png"), FullPage = true });
    }
}
