using System.Collections.Concurrent;
using BackupApp.E2E.Pages;
using Microsoft.Playwright;

namespace BackupApp.E2E.Support;

/// <summary>
/// A person with a browser of their own in front of BackupApp. Whatever the scenario does, the browser must not have complained (errors and
/// warnings of scripts and of the content security policy) and no page may have asked another host for anything.
/// </summary>
public abstract class Scenario(Chromium chromium, AppUnderTest app) : IAsyncLifetime
{
    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly List<IBrowserContext> _contexts = [];

    protected AppUnderTest App => app;

    /// <summary>Statuses of pages that the scenario asks for on purpose; the browser logs each as an error.</summary>
    protected HashSet<int> ExpectedStatuses { get; } = [];

    /// <summary>Words of complaints that the scenario provokes.</summary>
    protected HashSet<string> ExpectedComplaints { get; } = [];

    /// <summary>Hosts that a page may ask, because the scenario sends the person there.</summary>
    protected HashSet<string> ExpectedHosts { get; } = [];

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        Servers.RequireBrowserAndPostgres();
        return SetUpAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var context in _contexts)
            await context.DisposeAsync();
        await TearDownAsync();
        Assert.True(_complaints.IsEmpty, $"The browser complained:\n{string.Join('\n', _complaints)}\nThe server logged:\n{App.Errors}");
        GC.SuppressFinalize(this);
    }

    protected virtual ValueTask SetUpAsync() => ValueTask.CompletedTask;

    protected virtual ValueTask TearDownAsync() => ValueTask.CompletedTask;

    protected async Task<IPage> OpenBrowserAsync(BrowserNewContextOptions? options = null)
    {
        options ??= new();
        options.BaseURL = App.Address.AbsoluteUri;
        options.ViewportSize ??= new() { Width = 1280, Height = 800 };
        options.Locale ??= "en-GB";
        options.TimezoneId ??= "UTC";
        var context = await chromium.Browser.NewContextAsync(options);
        _contexts.Add(context);
        context.SetDefaultTimeout(Chromium.Patience);
        await context.RouteAsync("**/*", GuardAsync);
        context.Console += (_, message) => Note(message);
        context.WebError += (_, error) => _complaints.Enqueue($"{error.Page?.Url}: {error.Error}");
        return await context.NewPageAsync();
    }

    /// <summary>A browser in which the administrator is signed in.</summary>
    protected async Task<IPage> SignInAsync(BrowserNewContextOptions? options = null)
    {
        var page = await OpenBrowserAsync(options);
        await new SignInPage(page).SignInAsync(AppUnderTest.AdminEmail, App.AdminPassword);
        return page;
    }

    private async Task GuardAsync(IRoute route)
    {
        var url = new Uri(route.Request.Url);
        if (url.Authority == App.Address.Authority || ExpectedHosts.Contains(url.Authority))
        {
            await route.ContinueAsync();
            return;
        }

        _complaints.Enqueue($"{route.Request.Frame.Url} asked another host: {url.GetLeftPart(UriPartial.Path)}");
        await route.AbortAsync();
    }

    private void Note(IConsoleMessage message)
    {
        if (message.Type is not ("error" or "warning"))
            return;
        if (ExpectedStatuses.Any(status => message.Text.Contains($"status of {status}", StringComparison.Ordinal)))
            return;
        if (ExpectedComplaints.Any(words => message.Text.Contains(words, StringComparison.Ordinal)))
            return;
        _complaints.Enqueue($"{message.Page?.Url}: {message.Text}");
    }
}
