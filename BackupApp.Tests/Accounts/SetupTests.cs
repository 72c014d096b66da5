using System.Net;
using BackupApp.Accounts.People;
using Microsoft.Extensions.Options;

namespace BackupApp.Tests.Accounts;

/// <summary>Each test needs a database without users, and so an application of its own.</summary>
public sealed class SetupTests
{
    private const string Setup = "/Setup";

    [Fact]
    public async Task The_link_in_the_log_creates_the_administrator_once_and_signs_in()
    {
        await using var app = await AccountsApp.StartAsync();
        using var visitor = new Visitor(app);
        var exchange = await visitor.GetAsync($"{Setup}?token={app.SetupToken}");
        Assert.Equal((HttpStatusCode.Redirect, Setup), (exchange.StatusCode, exchange.Headers.Location?.OriginalString));
        var created = await SubmitAsync(visitor, "first@example.com");
        Assert.Equal("/", created.Headers.Location?.OriginalString);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/Users/Samples")).StatusCode);
        Assert.Equal(
            ["user.created first@example.com first@example.com", "user.signed_in first@example.com first@example.com"],
            await app.AuditAsync());

        using var second = new Visitor(app);
        await second.GetAsync($"{Setup}?token={app.SetupToken}");
        var used = await second.GetAsync(Setup);
        Assert.Equal(HttpStatusCode.Forbidden, used.StatusCode);
        Assert.Contains("BackupApp is set up", await Visitor.TextAsync(used), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_is_in_one_log_line_and_in_no_page_and_hashed_in_the_database()
    {
        await using var app = await AccountsApp.StartAsync();
        using var visitor = new Visitor(app);
        await visitor.GetAsync($"{Setup}?token={app.SetupToken}");
        var page = await visitor.ReadAsync(Setup);
        Assert.DoesNotContain(app.SetupToken!, page, StringComparison.Ordinal);
        Assert.Single(app.Log.Lines, l => l.Contains(app.SetupToken!, StringComparison.Ordinal));
        var row = await app.ScalarAsync<string>("select row_to_json(l)::text from setup_links l");
        Assert.DoesNotContain(app.SetupToken!, row, StringComparison.Ordinal);
        Assert.Equal(43, app.SetupToken!.Length); // 256 bits in base64url
    }

    [Fact]
    public async Task A_wrong_link_and_one_of_yesterday_say_how_to_get_a_new_one()
    {
        await using var app = await AccountsApp.StartAsync();
        await RefusedAsync(app, new string('A', 43));
        app.Time.Advance(TimeSpan.FromHours(24));
        await RefusedAsync(app, app.SetupToken!);
        Assert.Equal(0, await app.ScalarAsync<long>("select count(*) from users"));
    }

    [Fact]
    public async Task Two_who_submit_at_once_make_one_user()
    {
        await using var app = await AccountsApp.StartAsync();
        var visitors = Enumerable.Range(0, 4).Select(_ => new Visitor(app)).ToList();
        // Who comes when another is done finds no form: all have opened it before the first submits.
        var tokens = await Task.WhenAll(visitors.Select(async visitor =>
        {
            await visitor.GetAsync($"{Setup}?token={app.SetupToken}");
            return await visitor.AntiforgeryTokenAsync(Setup);
        }));
        var answers = await Task.WhenAll(visitors.Select(
            async (visitor, i) => (await visitor.PostAsync(
                Setup, [("__RequestVerificationToken", tokens[i]), .. Form($"racer{i}@example.com")])).StatusCode));
        visitors.ForEach(visitor => visitor.Dispose());
        Assert.Single(answers, HttpStatusCode.Redirect);
        Assert.Equal(1, await app.ScalarAsync<long>("select count(*) from users"));
    }

    [Fact]
    public async Task Processes_that_start_together_leave_each_others_links_alone_and_a_later_start_voids_them()
    {
        await using var app = await AccountsApp.StartAsync();
        await using var together = await app.StartAnotherAsync();
        using var visitor = new Visitor(app);
        await visitor.GetAsync($"{Setup}?token={app.SetupToken}");
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync(Setup)).StatusCode);

        await app.ExecuteAsync("update setup_links set created_at = created_at - interval '2 minutes'");
        await using var later = await app.StartAnotherAsync();
        await RefusedAsync(app, app.SetupToken!);
        await RefusedAsync(app, together.SetupToken!);
        await visitor.GetAsync($"{Setup}?token={later.SetupToken}");
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync(Setup)).StatusCode);
    }

    [Fact]
    public async Task A_refused_password_keeps_the_link_good()
    {
        await using var app = await AccountsApp.StartAsync();
        using var visitor = new Visitor(app);
        await visitor.GetAsync($"{Setup}?token={app.SetupToken}");
        var refused = await SubmitAsync(visitor, "first@example.com", "short");
        Assert.Contains("The password needs at least 12 characters.", await Visitor.TextAsync(refused), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await SubmitAsync(visitor, "first@example.com")).StatusCode);
    }

    [Fact]
    public async Task The_configured_administrator_is_made_only_while_there_is_no_user()
    {
        await using var app = await AccountsApp.StartAsync(
            ("BackupApp:Bootstrap:AdminEmail", "admin@example.com"), ("BackupApp:Bootstrap:AdminPassword", AccountsApp.Password));
        Assert.Null(app.SetupToken);
        Assert.Equal(["user.created admin@example.com"], await app.AuditAsync());
        using var visitor = new Visitor(app);
        await visitor.SignInAsync("admin@example.com");

        await using var again = await app.StartAnotherAsync(
            ("BackupApp:Bootstrap:AdminEmail", "admin@example.com"), ("BackupApp:Bootstrap:AdminPassword", "a quite different password"));
        await using var another = await app.StartAnotherAsync(
            ("BackupApp:Bootstrap:AdminEmail", "second@example.com"), ("BackupApp:Bootstrap:AdminPassword", AccountsApp.Password));
        Assert.Equal(1, await app.ScalarAsync<long>("select count(*) from users"));
        using var later = new Visitor(again);
        await later.SignInAsync("admin@example.com");
        Assert.True(await visitor.IsSignedInAsync());
    }

    [Theory]
    [InlineData("not an address", AccountsApp.Password)]
    [InlineData("admin@example.com", "short")]
    [InlineData("admin@example.com", "")]
    [InlineData("", AccountsApp.Password)]
    public async Task A_bad_configured_administrator_stops_the_start(string email, string password)
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => AccountsApp.StartAsync(
            ("BackupApp:Bootstrap:AdminEmail", email), ("BackupApp:Bootstrap:AdminPassword", password)));
        Assert.Contains("BackupApp__Bootstrap__Admin", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(AccountsApp.Password, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cookie_of_one_process_is_good_in_another()
    {
        await using var app = await AccountsApp.StartAsync();
        await app.CreateUserAsync("both@example.com", UserRole.Viewer);
        using var visitor = new Visitor(app);
        await visitor.SignInAsync("both@example.com");

        await using var other = await app.StartAnotherAsync();
        using var elsewhere = new Visitor(other);
        elsewhere.Cookies.Add(visitor.Cookies.GetAllCookies());
        Assert.True(await elsewhere.IsSignedInAsync());
        Assert.Equal(1, await app.ScalarAsync<long>("select count(*) from data_protection_keys"));
        Assert.Equal(0, await app.ScalarAsync<long>("select count(*) from data_protection_keys where xml like '%masterKey%'"));
    }

    private static Task<HttpResponseMessage> SubmitAsync(Visitor visitor, string email, string password = AccountsApp.Password) =>
        visitor.SubmitAsync(Setup, Form(email, password));

    private static (string Name, string Value)[] Form(string email, string password = AccountsApp.Password) =>
        [("Input.Email", email), ("Input.Password", password), ("Input.Repeat", password)];

    private static async Task RefusedAsync(AccountsApp app, string token)
    {
        using var visitor = new Visitor(app);
        await visitor.GetAsync($"{Setup}?token={token}");
        var answer = await visitor.GetAsync(Setup);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("start BackupApp again", await Visitor.TextAsync(answer), StringComparison.Ordinal);
    }
}
