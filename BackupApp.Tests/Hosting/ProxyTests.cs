using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Hosting;

/// <summary>The whole app behind real proxies, with the examples of the README.</summary>
[Trait("kind", "slow")]
public sealed partial class ProxyTests : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("backupapp-behind-").FullName;
    private readonly TestPostgres _postgres = TestPostgres.Require();
    private readonly string _token = new('t', 40);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Below_a_path_every_link_cookie_asset_and_download_stays_below_it()
    {
        await using var app = await StartAsync(("BackupApp__PublicUrl", "https://ops.example.com/backups"));
        await using var nginx = await ReverseProxy.NginxAsync(1, "ops.example.com", app.Address);
        var site = new Site(nginx, new Uri("https://ops.example.com/backups"));
        using var client = await AppClient.SignInAsync(new AppClient(site.Root, site.Handler), app.Settings);
        var database = new Npgsql.NpgsqlConnectionStringBuilder(_postgres.ConnectionString(await _postgres.CreateDatabaseAsync("behind")));
        var source = await client.AddSourceAsync(
            "shop", database.Host!, database.Port, database.Database!, database.Username!, database.Password!);
        var job = await client.RunNowAsync(source);
        Assert.Equal("success", (await client.FinishedAsync(job)).Status);

        var seen = await site.CrawlAsync("/", Cancel);
        Assert.True(seen.Count > 40, $"Only {seen.Count} addresses.");
        Assert.All(
            ["/DataSources", "/Jobs", "/Audit", "/hangfire", "/Identity/Account/Manage/ApiTokens", "/css/site"],
            part => Assert.Contains(seen, path => path.StartsWith("/backups" + part, StringComparison.Ordinal)));
        Assert.All(site.Cookies(), cookie => Assert.StartsWith("__Secure-", cookie.Name, StringComparison.Ordinal));
        Assert.All(site.Cookies(), cookie => Assert.Equal(("/backups", true), (cookie.Path, cookie.Secure)));

        var link = await client.DownloadLinkAsync(job);
        Assert.StartsWith("https://ops.example.com/backups/files/", link.AbsoluteUri, StringComparison.Ordinal);
        await AssertGzipAsync(await site.BytesAsync(link, Cancel));
        await AssertApiAsync(site, source, "/backups/");
    }

    [Fact]
    public async Task A_proxy_that_takes_the_path_off_says_so_in_a_header()
    {
        await using var app = await StartAsync();
        await using var nginx = await ReverseProxy.NginxAsync(1, "ops.example.com", app.Address, stripped: "/backups");
        var site = new Site(nginx, new Uri("https://ops.example.com/backups"));
        using var client = await AppClient.SignInAsync(new AppClient(site.Root, site.Handler), app.Settings);

        var seen = await site.CrawlAsync("/", Cancel);

        Assert.True(seen.Count > 30, $"Only {seen.Count} addresses.");
        Assert.All(site.Cookies(), cookie => Assert.Equal(("/backups", true), (cookie.Path, cookie.Secure)));
    }

    [Theory]
    [InlineData("nginx")]
    [InlineData("caddy")]
    public async Task At_the_root_of_a_host_sign_in_links_and_long_poll_work_over_https(string kind)
    {
        await using var app = await StartAsync(("BackupApp__PublicUrl", "https://backups.example.com"));
        const string host = "backups.example.com";
        await using var proxy =
            kind == "nginx" ? await ReverseProxy.NginxAsync(0, host, app.Address) : await ReverseProxy.CaddyAsync(0, host, app.Address);
        var site = new Site(proxy, new Uri("https://backups.example.com/"));
        using var client = await AppClient.SignInAsync(new AppClient(site.Root, site.Handler), app.Settings);
        using var page = await client.SendAsync(HttpMethod.Get, "/DataSources");

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal("max-age=31536000", Assert.Single(page.Headers.GetValues("Strict-Transport-Security")));
        Assert.All(site.Cookies(), cookie => Assert.Equal(("__Host-", "/", true), (cookie.Name[..7], cookie.Path, cookie.Secure)));
        var database = new Npgsql.NpgsqlConnectionStringBuilder(_postgres.ConnectionString(await _postgres.CreateDatabaseAsync("behind")));
        var source = await client.AddSourceAsync(
            "shop", database.Host!, database.Port, database.Database!, database.Username!, database.Password!);
        await AssertApiAsync(site, source, "/");
    }

    public async ValueTask DisposeAsync()
    {
        await _postgres.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<AppProcess> StartAsync(params (string Name, string Value)[] variables) => await AppProcess.StartAsync(
        new AppSettings(_postgres.ConnectionString(await _postgres.CreateDatabaseAsync("proxied")), _folder)
        {
            Variables = variables
                .Append(("BackupApp__KnownProxies", "127.0.0.1"))
                .Append(("BackupApp__Bootstrap__ApiToken", _token))
                .ToDictionary(v => v.Item1, v => v.Item2),
        });

    // A run is started and waited for by long poll; where things were made is said below the path too.
    private async Task AssertApiAsync(Site site, Guid source, string root)
    {
        using var http = new HttpClient(site.Handler, disposeHandler: false) { BaseAddress = new Uri(site.Root, root + "api/v1/") };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        var destinationId = (await http.GetFromJsonAsync<JsonElement>("storage-destinations", Cancel))[0].GetProperty("id").GetGuid();
        using var started = await http.PostAsync(
            $"datasources/{source}/backups/run-now", JsonContent.Create(new { destinationId }), Cancel);
        Assert.True(started.IsSuccessStatusCode, await started.Content.ReadAsStringAsync(Cancel));
        var job = (await started.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("jobId").GetGuid();
        Assert.Equal($"{root}api/v1/backups/{job}", started.Headers.Location?.OriginalString);
        var status = "queued";
        while (status is "queued" or "running")
            status = (await http.GetFromJsonAsync<JsonElement>($"backups/{job}?wait=30s", Cancel)).GetProperty("jobStatus").GetString();
        Assert.Equal("success", status);

        using var made = await http.PostAsync($"datasources/{source}/backups/{job}/download-link", null, Cancel);
        var link = (await made.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("url").GetString()!;
        Assert.StartsWith(new Uri(site.Root, root + "files/").AbsoluteUri, link, StringComparison.Ordinal);
        await AssertGzipAsync(await site.BytesAsync(new Uri(link), Cancel));
        var description = await http.GetFromJsonAsync<JsonElement>(new Uri(site.Root, root + "openapi/v1.json"), Cancel);
        Assert.Equal(root, description.GetProperty("servers")[0].GetProperty("url").GetString());
    }

    private async Task AssertGzipAsync(byte[] content)
    {
        var file = Path.Combine(_folder, "download.gz");
        await File.WriteAllBytesAsync(file, content, Cancel);
        Assert.Equal(0, (await Shell.GzipTestAsync(file)).ExitCode);
    }

    /// <summary>What a browser sees of the app through the proxy.</summary>
    private sealed partial class Site(ReverseProxy proxy, Uri root)
    {
        private const int Most = 120;

        // Each is a page of its own kind; lists of their kind would be seen again and again.
        private static readonly string[] Left = ["/Logout", "/files/", "/hangfire/js", "/hangfire/stats"];

        public Uri Root => root;

        public SocketsHttpHandler Handler { get; } = proxy.Handler();

        public IReadOnlyList<Cookie> Cookies() => [.. Handler.CookieContainer.GetAllCookies().Cast<Cookie>()];

        public async Task<byte[]> BytesAsync(Uri address, CancellationToken cancellationToken)
        {
            using var http = new HttpClient(Handler, disposeHandler: false);
            return await http.GetByteArrayAsync(address, cancellationToken);
        }

        /// <summary>Follows every link that leads on, and fails at the first that leads out of the path, is broken or empty.</summary>
        public async Task<IReadOnlyCollection<string>> CrawlAsync(string start, CancellationToken cancellationToken)
        {
            using var http = new HttpClient(Handler, disposeHandler: false) { BaseAddress = root };
            var prefix = root.AbsolutePath.TrimEnd('/');
            var seen = new HashSet<string>(StringComparer.Ordinal) { prefix + start };
            var open = new Queue<string>(seen);
            while (open.TryDequeue(out var path))
            {
                using var answer = await http.GetAsync(path, cancellationToken);
                var body = await answer.Content.ReadAsStringAsync(cancellationToken);
                Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Redirect, $"{path}: {answer.StatusCode}");
                if (answer.StatusCode == HttpStatusCode.Redirect)
                {
                    var next = new Uri(root, answer.Headers.Location!).PathAndQuery;
                    Assert.StartsWith(prefix + "/", next, StringComparison.Ordinal);
                    if (seen.Add(next))
                        open.Enqueue(next);
                    continue;
                }

                Assert.True(body.Length > 0, $"{path} is empty");
                if (answer.Content.Headers.ContentType?.MediaType != "text/html")
                    continue;
                foreach (var link in Link()
                    .Matches(body)
                    .Select(m => WebUtility.HtmlDecode(m.Groups[1].Value).Split('#')[0])
                    .Where(l => l.StartsWith('/')))
                {
                    Assert.True(link == prefix || link.StartsWith(prefix + "/", StringComparison.Ordinal), $"{path} has a link to {link}");
                    if (seen.Count < Most && !Left.Any(l => link.Contains(l, StringComparison.Ordinal)) && seen.Add(link))
                        open.Enqueue(link);
                }
            }

            return seen;
        }

        [GeneratedRegex("""(?:href|src|action|formaction|data-live|data-preview)="([^"]+)""")]
        private static partial Regex Link();
    }
}
