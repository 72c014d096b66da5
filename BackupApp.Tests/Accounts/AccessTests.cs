using System.Net;
using BackupApp.Accounts;
using BackupApp.Accounts.People;

namespace BackupApp.Tests.Accounts;

/// <summary>
/// How the table is read and how refusals are told; what it says for each real route is in <see cref="AuthorizationMatrix"/>.
/// </summary>
public sealed class AccessTests(AccountsFixture fixture) : IClassFixture<AccountsFixture>, IAsyncLifetime
{
    private AccountsApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await fixture.AppAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("Register")]
    [InlineData("RegisterConfirmation")]
    [InlineData("ForgotPassword")]
    [InlineData("ResetPassword")]
    [InlineData("ResendEmailConfirmation")]
    [InlineData("ConfirmEmail")]
    [InlineData("ConfirmEmailChange")]
    [InlineData("ExternalLogin")]
    [InlineData("Manage/DeletePersonalData")]
    [InlineData("Manage/DownloadPersonalData")]
    [InlineData("Manage/PersonalData")]
    [InlineData("Manage/ExternalLogins")]
    [InlineData("Manage/Email")]
    [InlineData("Manage/SetPassword")]
    public async Task Identity_pages_that_we_do_not_offer_do_not_exist(string page)
    {
        using var user = await SignedInAsync(Role.Administrator);
        Assert.Equal(HttpStatusCode.NotFound, (await user.GetAsync("/Identity/Account/" + page)).StatusCode);
        var post = await user.PostAsync("/Identity/Account/" + page);
        Assert.True(post.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed, $"{post.StatusCode}");
    }

    [Fact]
    public async Task Nobody_registers()
    {
        using var stranger = new Visitor(_app);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync("/Identity/Account/Register")).StatusCode);
    }

    [Theory]
    [InlineData("GET", "/Samples", 200, 200, 200)]
    [InlineData("POST", "/Samples", 403, 200, 200)]
    [InlineData("GET", "/samples/edit", 403, 200, 200)]
    [InlineData("GET", "/Users/Samples", 403, 403, 200)]
    [InlineData("POST", "/Users/Samples", 403, 403, 200)]
    [InlineData("GET", "/hangfire", 403, 403, 200)]
    [InlineData("GET", "/policy", 403, 403, 200)]
    [InlineData("POST", "/Account/Samples", 200, 200, 200)]
    [InlineData("GET", "/DataSources/Create", 403, 200, 200)]
    public async Task Each_role_may_do_what_the_table_says(string method, string path, int viewer, int @operator, int administrator)
    {
        Assert.Equal((viewer, @operator, administrator), (await As(Role.Viewer), await As(Role.Operator), await As(Role.Administrator)));

        async Task<int> As(Role role)
        {
            using var visitor = await SignedInAsync(role);
            return (int)(await visitor.SendAsync(new HttpMethod(method), path)).StatusCode;
        }
    }

    [Theory]
    [InlineData("GET", "/Samples")]
    [InlineData("POST", "/Samples")]
    [InlineData("GET", "/Account/Samples")]
    [InlineData("GET", "/hangfire")]
    [InlineData("GET", "/no/such/page")]
    public async Task Strangers_learn_nothing(string method, string path)
    {
        using var stranger = new Visitor(_app);
        var answer = await stranger.SendAsync(new HttpMethod(method), path);
        Assert.Equal((HttpStatusCode.Redirect, Visitor.Login), (answer.StatusCode, answer.Headers.Location?.AbsolutePath));
    }

    [Theory]
    [InlineData("/files/sample")]
    [InlineData("/health/sample")]
    [InlineData("/css/site.css")]
    public async Task What_carries_its_own_proof_or_no_secret_needs_no_session(string path)
    {
        using var stranger = new Visitor(_app);
        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync(path)).StatusCode);
    }

    [Fact]
    public async Task Programs_get_a_status_and_not_a_form()
    {
        using var stranger = new Visitor(_app);
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync("/api/v1/datasources")).StatusCode);
        Assert.Equal(
            HttpStatusCode.Unauthorized,
            (await stranger.SendAsync(HttpMethod.Get, "/Samples", ("Sec-Fetch-Mode", "cors"))).StatusCode);
        using var viewer = await SignedInAsync(Role.Viewer);
        var refused = await viewer.SendAsync(HttpMethod.Post, "/Samples", ("Sec-Fetch-Mode", "cors"));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task The_wrong_role_is_told_so_at_the_same_address(string method)
    {
        using var viewer = await SignedInAsync(Role.Viewer);
        var answer = await viewer.SendAsync(new HttpMethod(method), "/Users/Samples");
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("Your role does not include this.", await Visitor.TextAsync(answer), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/DataSources/Index", "GET", Permission.Read)]
    [InlineData("/DataSources/Index", "POST", Permission.Operate)]
    [InlineData("/DataSources/Index", "TRACE", Permission.Operate)]
    [InlineData("/DataSources/Edit", "GET", Permission.Operate)]
    [InlineData("/Policies/Create", "HEAD", Permission.Operate)]
    [InlineData("/UsersAndMore/Index", "GET", Permission.Read)]
    [InlineData("/users/index", "GET", Permission.Administer)]
    [InlineData("/Identity/Account/Manage/Index", "POST", Permission.SignedIn)]
    [InlineData("/Identity/Account/Login", "POST", Permission.Anonymous)]
    public void A_page_falls_under_the_table_by_its_name(string page, string method, Permission needed) =>
        Assert.Equal(needed, Access.Needed(page, method));

    private async Task<Visitor> SignedInAsync(Role role)
    {
        var email = $"{Guid.NewGuid():N}@example.com";
        await _app.CreateUserAsync(email, role);
        var visitor = new Visitor(_app);
        await visitor.SignInAsync(email);
        return visitor;
    }
}
