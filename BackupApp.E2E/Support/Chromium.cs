using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(BackupApp.E2E.Support.Chromium))]

namespace BackupApp.E2E.Support;

/// <summary>The system's browser, started once.</summary>
public sealed class Chromium : IAsyncLifetime
{
    /// <summary>Milliseconds that an expectation has to come true, and an action to be possible: busy machines are slow.</summary>
    public const float Patience = 30_000;

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public IBrowser Browser => _browser ?? throw new InvalidOperationException("There is no browser.");

    public async ValueTask InitializeAsync()
    {
        if (Servers.Chromium is null)
            return; // the scenarios say so
        SetDefaultExpectTimeout(Patience);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Servers.Chromium,
            // A root user in a container cannot have the sandbox; the pages are our own.
            Args = Environment.UserName == "root" ? ["--no-sandbox"] : [],
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
