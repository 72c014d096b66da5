using BackupApp.E2E.Support;
using Microsoft.Playwright;

namespace BackupApp.E2E.Pages;

/// <summary>Adding an S3 destination.</summary>
public sealed class DestinationFormPage(IPage page)
{
    public ILocator Name => page.GetByLabel("Name", new() { Exact = true });

    public ILocator Bucket => page.GetByLabel("Bucket", new() { Exact = true });

    public ILocator Save => page.GetByRole(AriaRole.Button, new() { Name = "Test and save" });

    public ILocator ErrorOf(string field) => page.Locator($"#Input_{field}-error");

    public Task OpenNewAsync() => page.GotoAsync("/Destinations/Create");

    public async Task FillAsync(string name, string bucket)
    {
        await Name.FillAsync(name);
        await Bucket.FillAsync(bucket);
        await page.GetByLabel("Endpoint", new() { Exact = true }).FillAsync(Servers.S3Endpoint.GetLeftPart(UriPartial.Authority));
        await page.GetByLabel("Access key id").FillAsync(Servers.S3AccessKey);
        await page.GetByLabel("Secret access key").FillAsync(Servers.S3SecretKey);
        await page.GetByLabel("Bucket in the path").CheckAsync();
    }
}
