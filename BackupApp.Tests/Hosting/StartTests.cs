using System.Security.Cryptography;
using System.Text.RegularExpressions;
using BackupApp.Accounts.People;
using BackupApp.Audit;
using BackupApp.Destinations;
using BackupApp.Secrets;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Hosting;

[Trait("kind", "slow")]
public sealed partial class StartTests : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("backupapp-start-").FullName;
    private readonly TestPostgres _postgres = TestPostgres.Require();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Four_processes_that_start_at_once_on_an_empty_database_all_come_up_and_share_it()
    {
        var settings = await SettingsAsync();

        var apps = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => AppProcess.StartAsync(settings)));
        try
        {
            foreach (var app in apps)
            {
                using var client = await AppClient.SignInAsync(app);
                Assert.Contains("Server storage", await client.GetAsync("/Destinations"), StringComparison.Ordinal);
            }
            await using var db = JobBench.Database(settings);
            Assert.Equal(1, await db.Set<AppUser>().CountAsync(Cancel));
            Assert.Equal(1, await db.Set<EncryptionKey>().CountAsync(Cancel));
            Assert.Equal(1, await db.Set<StorageDestination>().CountAsync(Cancel));
            Assert.Equal(1, await db.DataProtectionKeys.CountAsync(Cancel));
            Assert.Equal(1, await db.Set<AuditEntry>().CountAsync(e => e.Action == AuditActions.UserCreated, Cancel));
        }
        finally
        {
            foreach (var app in apps)
                await app.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_cookie_of_one_process_is_good_at_another()
    {
        var settings = await SettingsAsync();
        var apps = await Task.WhenAll(AppProcess.StartAsync(settings), AppProcess.StartAsync(settings));
        await using var first = apps[0];
        await using var second = apps[1];
        using var client = await AppClient.SignInAsync(first);

        using var answer = await client.SendAsync(HttpMethod.Get, new Uri(second.Address, "/DataSources").AbsoluteUri);

        Assert.Equal(System.Net.HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Another_master_key_stops_the_start_with_one_sentence()
    {
        var settings = await SettingsAsync();
        await using (var app = await AppProcess.StartAsync(settings))
            await app.TerminateAsync();

        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => AppProcess.StartAsync(settings with { MasterKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) }));

        Assert.Contains("does not open this database's key ring", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_options_stop_the_start_and_all_are_named()
    {
        var settings = (await SettingsAsync()) with
        {
            Variables = new Dictionary<string, string>
            {
                ["BackupApp__Backups__CompressionLevel"] = "99",
                ["BackupApp__Accounts__SignInsPerMinute"] = "0",
                ["BackupApp__KnownProxies"] = "proxy",
            },
        };

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => AppProcess.StartAsync(settings));

        Assert.All(
            ["CompressionLevel", "SignInsPerMinute", "KnownProxies"],
            name => Assert.Contains(name, error.Message, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Started_from_another_folder_the_pages_have_their_styles_and_scripts()
    {
        using var installed = new InstalledApp();
        await using var app = await AppProcess.StartAsync(
            (await SettingsAsync()) with { Program = installed.Program, WorkingDirectory = "/" });
        using var client = new AppClient(app.Address);

        var page = await client.GetAsync("/Identity/Account/Login");
        var assets = Asset().Matches(page).Select(m => m.Groups[1].Value).Distinct().ToList();

        Assert.Contains(assets, asset => asset.Contains("site", StringComparison.Ordinal));
        Assert.True(assets.Count >= 4, string.Join(' ', assets));
        foreach (var asset in assets)
            Assert.NotEmpty(await client.GetAsync(asset));
    }

    [Fact]
    public async Task A_program_without_its_styles_and_scripts_does_not_start()
    {
        using var installed = new InstalledApp();
        Directory.Delete(Path.Combine(installed.Folder, "wwwroot"), recursive: true);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
            await AppProcess.StartAsync((await SettingsAsync()) with { Program = installed.Program }));

        Assert.Contains(
            $"'wwwroot' with its styles and scripts is missing beside the program in {installed.Folder}",
            error.Message,
            StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error.Message, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await _postgres.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<AppSettings> SettingsAsync() =>
        new(_postgres.ConnectionString(await _postgres.CreateDatabaseAsync("start")), _folder);

    [GeneratedRegex("""(?:href|src)="(/[^"#]+\.(?:css|js|svg)[^"#]*)""")]
    private static partial Regex Asset();
}
