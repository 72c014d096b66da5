using System.Net;
using BackupApp.Accounts.People;
using BackupApp.Network;
using BackupApp.Tests.Accounts;
using Microsoft.Extensions.DependencyInjection;

namespace BackupApp.Tests.Hosting;

/// <summary>
/// What a request says of itself, whom it is believed, and which cookies and headers follow from the address that people use.
/// </summary>
public sealed class OutsideAddressTests
{
    private const string Login = Visitor.Login;

    [Fact]
    public async Task Nobody_s_forwarded_headers_are_believed_by_default_not_even_this_machine_s()
    {
        await using var app = await AccountsApp.StartAsync();
        using var visitor = new Visitor(app);

        using var page = await visitor.SendAsync(HttpMethod.Get, Login, Forged());
        await SignInAsync(app, visitor, Forged());

        Assert.False(page.Headers.Contains("Strict-Transport-Security"));
        Assert.DoesNotContain("/evil", await Visitor.TextAsync(page), StringComparison.Ordinal);
        Assert.Equal("127.0.0.1", await app.ScalarAsync<string>("select host(ip) from audit_log where action = 'user.signed_in'"));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.0.0.1, 127.0.0.0/8")]
    public async Task A_known_proxy_is_believed(string proxies)
    {
        await using var app = await AccountsApp.StartAsync(("BackupApp:KnownProxies", proxies));
        using var visitor = new Visitor(app);

        using var page = await visitor.SendAsync(HttpMethod.Get, Login, Forged());

        Assert.Equal("max-age=31536000", Assert.Single(page.Headers.GetValues("Strict-Transport-Security")));
        Assert.Contains("href=\"/evil/css/site", await Visitor.TextAsync(page), StringComparison.Ordinal);
        Assert.All(SetCookies(page), cookie => Assert.Contains("path=/evil", cookie, StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("//evil.example", "/evil.example/css/site")]
    [InlineData("/ops/", "/ops/css/site")]
    [InlineData("/", "/css/site")]
    public async Task A_forwarded_prefix_never_becomes_the_name_of_a_host(string prefix, string link)
    {
        await using var app = await AccountsApp.StartAsync(("BackupApp:KnownProxies", "127.0.0.1"));
        using var visitor = new Visitor(app);

        using var page = await visitor.SendAsync(HttpMethod.Get, Login, ("X-Forwarded-Prefix", prefix));

        Assert.Contains($"href=\"{link}", await Visitor.TextAsync(page), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "", "/", false)]
    [InlineData("http://backups.example.com", "", "/", false)]
    [InlineData("https://backups.example.com", "__Host-", "/", true)]
    [InlineData("https://example.com/backups", "__Secure-", "/backups", true)]
    public async Task Cookies_are_as_strict_as_the_address_that_people_use_allows(
        string? publicUrl, string prefix, string path, bool secure)
    {
        await using var app = await AccountsApp.StartAsync(("BackupApp:PublicUrl", publicUrl ?? ""));
        await app.CreateUserAsync("ann@example.com", Role.Administrator);
        using var visitor = new Visitor(app);

        using var page = await visitor.SendAsync(HttpMethod.Get, Login);
        using var signedIn = await SignInByHandAsync(app, page);

        Assert.Equal(HttpStatusCode.Redirect, signedIn.StatusCode);
        string[] cookies = [.. SetCookies(page), .. SetCookies(signedIn)];
        Assert.Contains(cookies, cookie => cookie.StartsWith($"{prefix}backupapp=", StringComparison.Ordinal));
        Assert.Contains(cookies, cookie => cookie.StartsWith($"{prefix}backupapp.form=", StringComparison.Ordinal));
        Assert.All(cookies, cookie => Assert.StartsWith(prefix + "backupapp", cookie, StringComparison.Ordinal));
        Assert.All(cookies, cookie => Assert.Contains($"; path={path};", cookie + ";", StringComparison.OrdinalIgnoreCase));
        Assert.All(cookies, cookie => Assert.Equal(secure, cookie.Contains("; secure", StringComparison.OrdinalIgnoreCase)));
        Assert.Equal(secure, page.Headers.Contains("Strict-Transport-Security"));
    }

    [Theory]
    [InlineData("https://example.com/backups", "")]
    [InlineData("https://example.com", "/backups")]
    [InlineData("https://example.com/backups/", "/backups")]
    public async Task A_path_base_is_taken_off_or_put_on_whether_the_proxy_did_or_not(string publicUrl, string pathBase)
    {
        await using var app = await AccountsApp.StartAsync(("BackupApp:PublicUrl", publicUrl), ("BackupApp:PathBase", pathBase));
        using var visitor = new Visitor(app);

        foreach (var path in (string[])[Login, "/backups" + Login])
            Assert.Contains("href=\"/backups/css/site", await visitor.ReadAsync(path), StringComparison.Ordinal);
        using var refused = await visitor.GetAsync("/backups");

        Assert.StartsWith(
            "/backups/Identity/Account/Login?ReturnUrl=%2Fbackups",
            new Uri(app.Address, refused.Headers.Location!).PathAndQuery,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_setup_link_is_for_the_address_that_people_use()
    {
        await using var app = await AccountsApp.StartAsync(("BackupApp:PublicUrl", "https://example.com/backups/"));

        Assert.Contains(app.Log.Lines, line => line.Contains("https://example.com/backups/Setup?token=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Any_host_will_do_until_the_first_administrator_came_and_foreign_ones_are_refused_from_then_on()
    {
        await using var app = await AccountsApp.StartAsync();
        using var visitor = new Visitor(app);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(visitor, Login, "anything.example"));

        await SignInAsync(app, visitor, ("Host", "Backups.Example.com:8080"));
        using (await visitor.SendAsync(HttpMethod.Get, "/Identity/Account/Manage/ChangePassword", ("Host", "Backups.Example.com:8080")))
        {
            // The first page of an administrator.
        }

        app.Time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal("backups.example.com", await app.ScalarAsync<string>("select string_agg(name, ',') from known_hosts"));
        using var stranger = new Visitor(app);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(stranger, Login, "backups.example.com"));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(stranger, Login, "evil.example"));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(stranger, "/api/v1/samples", "evil.example"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(stranger, "/health/sample", "evil.example"));
        foreach (var own in (string[])["127.0.0.1:1234", "[::1]", "localhost", Environment.MachineName])
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(stranger, Login, own));
        await using var second = await app.StartAnotherAsync();
        using var there = new Visitor(second);
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(there, Login, "evil.example"));
    }

    [Fact]
    public async Task A_refusal_says_what_to_do_and_the_command_does_it()
    {
        await using var app = await AccountsApp.StartAsync();
        var hosts = app.Services.GetRequiredService<KnownHosts>();
        Assert.Equal(0, await HostCommands.RunAsync(["allow", "backups.example.com"], hosts, TextWriter.Null));
        using var visitor = new Visitor(app);

        using var page = await visitor.SendAsync(HttpMethod.Get, Login, ("Host", "b2.example.com"));
        using var program = await visitor.SendAsync(HttpMethod.Get, "/api/v1/samples", ("Host", "b2.example.com"));

        Assert.Equal("text/plain", page.Content.Headers.ContentType?.MediaType);
        foreach (var answer in (string[])[await Visitor.TextAsync(page), await Visitor.TextAsync(program)])
            Assert.Contains("not known as 'b2.example.com'", answer, StringComparison.Ordinal);
        Assert.Contains("BackupApp host allow NAME", await Visitor.TextAsync(page), StringComparison.Ordinal);

        Assert.Equal(2, await HostCommands.RunAsync(["allow", "https://b2.example.com"], hosts, TextWriter.Null));
        Assert.Equal(0, await HostCommands.RunAsync(["allow", "b2.example.com"], hosts, TextWriter.Null));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(visitor, Login, "b2.example.com"));
    }

    [Fact]
    public async Task Named_hosts_are_the_only_ones_and_nothing_is_learnt()
    {
        await using var app = await AccountsApp.StartAsync(("BackupApp:AllowedHosts", "backups.example.com, b2.example.com"));
        using var visitor = new Visitor(app);

        await SignInAsync(app, visitor, ("Host", "b2.example.com"));

        using var stranger = new Visitor(app);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(stranger, Login, "BACKUPS.example.com."));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(stranger, Login, "b3.example.com"));
        Assert.Equal(0, await app.ScalarAsync<long>("select count(*) from known_hosts"));
    }

    private static (string Name, string Value)[] Forged() =>
    [
        ("X-Forwarded-For", "203.0.113.7"),
        ("X-Forwarded-Proto", "https"),
        ("X-Forwarded-Host", "evil.example"),
        ("X-Forwarded-Prefix", "/evil"),
    ];

    private static async Task<HttpStatusCode> StatusAsync(Visitor visitor, string path, string host)
    {
        using var answer = await visitor.SendAsync(HttpMethod.Get, path, ("Host", host));
        return answer.StatusCode;
    }

    private static async Task SignInAsync(AccountsApp app, Visitor visitor, params (string Name, string Value)[] headers)
    {
        await app.CreateUserAsync("ann@example.com", Role.Administrator);
        using var fresh = new Visitor(app);
        using var page = await fresh.SendAsync(HttpMethod.Get, Login, headers);
        using var answer = await SignInByHandAsync(app, page, headers);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        foreach (var cookie in SetCookies(answer).Concat(SetCookies(page)))
            visitor.Cookies.SetCookies(app.Address, cookie);
    }

    // With the cookies as they were given: a client's own store keeps Secure ones from plain http, which is what a proxy speaks here.
    private static async Task<HttpResponseMessage> SignInByHandAsync(
        AccountsApp app, HttpResponseMessage page, params (string Name, string Value)[] headers)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false })
        {
            BaseAddress = app.Address,
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, Login)
        {
            Content = new FormUrlEncodedContent(
            [
                new("__RequestVerificationToken", Visitor.TokenIn(await Visitor.TextAsync(page))),
                new("Input.Email", "ann@example.com"),
                new("Input.Password", AccountsApp.Password),
            ]),
        };
        request.Headers.Add("Cookie", string.Join("; ", SetCookies(page).Select(cookie => cookie.Split(';')[0])));
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static string[] SetCookies(HttpResponseMessage answer) =>
        [.. answer.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies : []];
}
