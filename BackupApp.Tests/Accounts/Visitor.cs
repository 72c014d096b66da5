using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace BackupApp.Tests.Accounts;

/// <summary>A browser without JavaScript: keeps cookies, sends forms with their antiforgery token, follows no redirect by itself.</summary>
internal sealed partial class Visitor : IDisposable
{
    public const string Login = "/Identity/Account/Login";
    public const string Confirm = "/Identity/Account/Manage/Confirm";

    private readonly HttpClient _client;

    /// <param name="from">One of the machine's own addresses; 127.0.0.1 unless said.</param>
    public Visitor(AccountsApp app, string? from = null)
        : this(app.Address, from)
    {
    }

    public Visitor(Uri address, string? from = null)
    {
        var handler = new SocketsHttpHandler { CookieContainer = Cookies, AllowAutoRedirect = false };
        if (from is not null)
            handler.ConnectCallback = (context, cancellationToken) => ConnectAsync(from, context.DnsEndPoint.Port, cancellationToken);
        _client = new HttpClient(handler, disposeHandler: true) { BaseAddress = address };
        _client.DefaultRequestHeaders.UserAgent.ParseAdd("visitor/1.0");
    }

    public CookieContainer Cookies { get; } = new();

    public string SessionCookie => Cookies.GetAllCookies().Single(c => c.Name == "backupapp").Value;

    /// <summary>Whoever copied this browser's session cookie: no sign-out deletes it there.</summary>
    public Visitor Copy(Uri address)
    {
        var copy = new Visitor(address);
        copy.Cookies.Add(address, new Cookie("backupapp", SessionCookie));
        return copy;
    }

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, params (string Name, string Value)[] headers) =>
        SendAsync(method, path, null, headers);

    public Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        return _client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>As a script of a page does: with its antiforgery token in the header.</summary>
    public async Task<HttpResponseMessage> SendJsonAsync(HttpMethod method, string path, string json)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        request.Headers.Add("RequestVerificationToken", await AntiforgeryTokenAsync("/Identity/Account/Manage/ChangePassword"));
        return await _client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public Task<HttpResponseMessage> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    /// <summary>The page as a person reads it, entities decoded.</summary>
    public async Task<string> ReadAsync(string path) => await TextAsync(await GetAsync(path));

    /// <summary>Opens the page, fills its form in and sends it.</summary>
    public async Task<HttpResponseMessage> SubmitAsync(string path, params (string Name, string Value)[] fields) =>
        await PostAsync(path, [("__RequestVerificationToken", await AntiforgeryTokenAsync(path)), .. fields]);

    /// <summary>Of the page's last form.</summary>
    public async Task<string> AntiforgeryTokenAsync(string path)
    {
        using var answer = await GetAsync(path);
        var page = await TextAsync(answer);
        Assert.True(Token().IsMatch(page), $"{path} has no form, but {(int)answer.StatusCode} {answer.Headers.Location} {page}");
        return TokenIn(page);
    }

    public static string TokenIn(string page) => Token().Match(page).Groups[1].Value;

    public Task<HttpResponseMessage> PostAsync(string path, params (string Name, string Value)[] fields) => _client.PostAsync(
        path, new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value))), TestContext.Current.CancellationToken);

    public Task<HttpResponseMessage> TrySignInAsync(
        string email, string password = AccountsApp.Password, string query = "", bool remember = false) =>
        SubmitAsync(
            Login + query, ("Input.Email", email), ("Input.Password", password), ("Input.RememberMe", remember ? "true" : "false"));

    public async Task SignInAsync(string email, string password = AccountsApp.Password)
    {
        var answer = await TrySignInAsync(email, password);
        Assert.Equal((HttpStatusCode.Redirect, "/"), (answer.StatusCode, answer.Headers.Location?.OriginalString));
    }

    /// <summary>Types the password once more, as what makes new ways in asks for.</summary>
    public async Task ConfirmAsync(string? code = null, string password = AccountsApp.Password)
    {
        var answer = await TryConfirmAsync(password, code);
        Assert.Equal((HttpStatusCode.Redirect, "/"), (answer.StatusCode, answer.Headers.Location?.OriginalString));
    }

    public Task<HttpResponseMessage> TryConfirmAsync(string password, string? code = null, string query = "") =>
        SubmitAsync(Confirm + query, ("Input.Password", password), ("Input.Code", code ?? ""));

    public async Task<bool> IsSignedInAsync() =>
        (await GetAsync("/Identity/Account/Manage/ChangePassword")).StatusCode == HttpStatusCode.OK;

    public static async Task<string> TextAsync(HttpResponseMessage answer) =>
        WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

    /// <summary>The messages above the form.</summary>
    public static async Task<string> AlertAsync(HttpResponseMessage answer) =>
        Alert().Match(await TextAsync(answer)).Groups[1].Value.Trim();

    public void Dispose() => _client.Dispose();

    private static async ValueTask<Stream> ConnectAsync(string from, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" type=\"hidden\" value=\"([^\"]+)\"(?![\\s\\S]*__RequestVerificationToken)")]
    private static partial Regex Token();

    [GeneratedRegex("validation-summary-errors[^>]*><ul><li>([^<]*)</li>")]
    private static partial Regex Alert();
}
