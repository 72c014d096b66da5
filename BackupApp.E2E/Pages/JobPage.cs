using Microsoft.Playwright;

namespace BackupApp.E2E.Pages;

/// <summary>One backup job: progress while it runs, then its facts, download and restore command.</summary>
public sealed class JobPage(IPage page)
{
    /// <summary>A dump on a busy machine.</summary>
    private const float Patience = 60_000;

    public ILocator Status => page.Locator(".status-badge").First;

    public ILocator Download => page.GetByRole(AriaRole.Button, new() { Name = "Download" });

    public ILocator RestoreCommand => page.GetByRole(AriaRole.Group, new() { Name = "Restore command" });

    public ILocator Copy => page.GetByRole(AriaRole.Button, new() { Name = "Copy" }).First;

    /// <summary>The statement that puts a failure right.</summary>
    public ILocator WhatMends => page.GetByRole(AriaRole.Group, new() { Name = "What mends it" });

    public ILocator RunAgain => page.GetByRole(AriaRole.Button, new() { Name = "Run again" });

    public ILocator Alert => page.GetByRole(AriaRole.Alert);

    public ILocator Fact(string term) => Facts.Of(page, term);

    public async Task ExpectStatusAsync(string status)
    {
        await Expect(Status).ToHaveTextAsync(status, new() { Timeout = Patience });
        await page.ExpectReloadedAsync();
    }

    /// <summary>Presses Download and waits for the browser to have the whole file.</summary>
    public async Task<byte[]> DownloadAsync()
    {
        var download = await page.RunAndWaitForDownloadAsync(() => Download.ClickAsync());
        return await File.ReadAllBytesAsync(await download.PathAsync());
    }
}
