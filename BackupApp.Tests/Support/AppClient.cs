using System.Globalization;
using System.Net;
using System.Net.Http;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace BackupApp.Tests.Support;

/// <summary>A person at the app's pages: forms with their antiforgery tokens, cookies, and no redirect followed by itself.</summary>
public sealed partial class AppClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly string _prefix;

    public AppClient(Uri address)
        : this(address, new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false })
    {
    }

    /// <param name="address">With the path below which the app is served, where it is served below one.</param>
    public AppClient(Uri address, HttpMessageHandler handler)
    {
        _http = new HttpClient(handler) { BaseAddress = address };
        _prefix = address.AbsolutePath.TrimEnd('/');
    }

    public static Task<AppClient> SignInAsync(AppProcess app) => SignInAsync(new AppClient(app.Address), app.Settings);

    public static async Task<AppClient> SignInAsync(AppClient client, AppSettings settings)
    {
        var (location, html) = await client.SubmitAsync(
            "/Identity/Account/Login", "", new() { ["Input.Email"] = settings.AdminEmail, ["Input.Password"] = settings.AdminPassword });
        return location is not null ? client : throw new InvalidOperationException($"The sign-in was refused: {Problems(html)}");
    }

    /// <exception cref="HttpRequestException">Any answer but success.</exception>
    public Task<string> GetAsync(string path) => _http.GetStringAsync(_prefix + path);

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path) =>
        _http.SendAsync(new HttpRequestMessage(method, path.StartsWith('/') ? _prefix + path : path));

    /// <summary>Opens a page and posts its form, with its token, to the page and <paramref name="action"/>.</summary>
    /// <returns>Where the answer leads, or null when the page came back; and what came.</returns>
    public async Task<(string? Location, string Html)> SubmitAsync(string page, string action, Dictionary<string, string> fields)
    {
        var token = Token().Match(await GetAsync(page)).Groups[1].Value;
        using var form = new FormUrlEncodedContent(fields.Append(new("__RequestVerificationToken", WebUtility.HtmlDecode(token))));
        using var answer = await _http.PostAsync(_prefix + page + action, form);
        var html = await answer.Content.ReadAsStringAsync();
        var location = answer.Headers.Location is { } uri ? WithoutPrefix(new Uri(_http.BaseAddress!, uri).PathAndQuery) : null;
        return location is not null || answer.IsSuccessStatusCode
            ? (location, html)
            : throw new HttpRequestException($"{page}{action} answered {(int)answer.StatusCode}: {Problems(html)}");
    }

    /// <returns>Its id.</returns>
    /// <param name="selection">More fields of the form, without their prefix.</param>
    public Task<Guid> AddSourceAsync(
        string name,
        string host,
        int port,
        string database,
        string username,
        string password,
        Dictionary<string, string>? selection = null) =>
        AddSourceAsync(Selecting(Fields(name, host, port, database, username, password), selection));

    private static Dictionary<string, string> Selecting(Dictionary<string, string> fields, Dictionary<string, string>? selection) =>
        fields.Concat((selection ?? []).Select(field => new KeyValuePair<string, string>($"Input.Selection.{field.Key}", field.Value)))
            .ToDictionary();

    public static Dictionary<string, string> Fields(
        string name, string host, int port, string database, string username, string password) =>
        new()
        {
            ["Input.Name"] = name,
            ["Input.Environment"] = "test",
            ["Input.Mode"] = "Fields",
            ["Input.Host"] = host,
            ["Input.Port"] = port.ToString(CultureInfo.InvariantCulture),
            ["Input.Database"] = database,
            ["Input.Username"] = username,
            ["Input.Password"] = password,
            ["Input.TlsMode"] = "Prefer",
        };

    /// <param name="database">To connect to first.</param>
    /// <param name="selection">More fields of the form, without their prefix.</param>
    public Task<Guid> AddServerAsync(
        string name,
        int port,
        string database,
        string username,
        string password,
        Dictionary<string, string>? selection = null) =>
        AddSourceAsync(name, "127.0.0.1", port, database, username, password, new(selection ?? []) { ["Scope"] = "Server" });

    public Task<Guid> AddSourceAsync(string name, string uri) => AddSourceAsync(new()
    {
        ["Input.Name"] = name,
        ["Input.Environment"] = "test",
        ["Input.Mode"] = "ConnectionUri",
        ["Input.Uri"] = uri,
    });

    /// <returns>Its id.</returns>
    public async Task<Guid> AddS3DestinationAsync(
        string name, Uri endpoint, string bucket, string prefix, string accessKeyId, string secretAccessKey, bool appendOnly = false)
    {
        var before = await DestinationsAsync();
        var (location, html) = await SubmitAsync("/Destinations/Create", "", new()
        {
            ["Input.Name"] = name,
            ["Input.Endpoint"] = endpoint.GetLeftPart(UriPartial.Authority),
            ["Input.Region"] = "us-east-1",
            ["Input.Bucket"] = bucket,
            ["Input.Prefix"] = prefix,
            ["Input.AccessKeyId"] = accessKeyId,
            ["Input.SecretAccessKey"] = secretAccessKey,
            ["Input.ForcePathStyle"] = "true",
            ["Input.AppendOnly"] = appendOnly ? "true" : "false",
        });
        if (location is null)
            throw new InvalidOperationException($"The destination was refused: {Problems(html)}");
        await TestedAsync(location);
        return (await DestinationsAsync()).Except(before).Single();
    }

    /// <summary>Watches the test of a destination to its end, as a browser without scripts does.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    private async Task TestedAsync(string progress)
    {
        var looks = new Looks();
        while (true)
        {
            using var answer = await _http.GetAsync(progress);
            if (answer.Headers.Location is { } end)
            {
                if (end.OriginalString.Contains("attempt=", StringComparison.Ordinal))
                    throw new InvalidOperationException($"The destination was refused: {Problems(await GetAsync(end.OriginalString))}");
                if (end.OriginalString.Contains("/Destinations/", StringComparison.Ordinal))
                    throw new InvalidOperationException($"The destination does not work: {Problems(await GetAsync(end.OriginalString))}");
                return;
            }
            answer.EnsureSuccessStatusCode();
            await looks.PauseAsync();
        }
    }

    /// <param name="destination">Null for the server's own storage.</param>
    /// <returns>The job's id.</returns>
    public async Task<Guid> RunNowAsync(Guid source, Guid? destination = null)
    {
        Dictionary<string, string> fields = destination is { } id ? new() { ["DestinationId"] = id.ToString() } : [];
        var (location, html) = await SubmitAsync($"/DataSources/{source}", "?handler=RunNow", fields);
        return IdIn(location, "/Jobs/") ?? throw new InvalidOperationException($"The backup was not started: {Problems(html)}");
    }

    /// <param name="policy">It has to be attached.</param>
    /// <returns>The job's id.</returns>
    public async Task<Guid> RunPolicyAsync(Guid source, Guid policy)
    {
        var (location, html) = await SubmitAsync(
            $"/DataSources/{source}", "?handler=RunPolicy", new() { ["PolicyId"] = policy.ToString() });
        return IdIn(location, "/Jobs/") ?? throw new InvalidOperationException($"The backup was not started: {Problems(html)}");
    }

    public async Task<JobStatus> StatusAsync(Guid job) =>
        await _http.GetFromJsonAsync<JobStatus>($"{_prefix}/Jobs/{job}?handler=Status", JsonSerializerOptions.Web)
        ?? throw new JsonException("null");

    public Task<JobStatus> FinishedAsync(Guid job, int seconds = 120) => WaitAsync(job, status => status.IsOver, "over", seconds);

    public async Task<JobStatus> WaitAsync(Guid job, Func<JobStatus, bool> condition, string what, int seconds = 120)
    {
        var looks = new Looks();
        var watch = new AwakeWatch();
        while (true)
        {
            var status = await StatusAsync(job);
            if (condition(status))
                return status;
            if (watch.Elapsed > TimeSpan.FromSeconds(seconds) || status.IsOver)
                throw new TimeoutException($"The job is not {what}, but {status}.");
            await looks.PauseAsync();
        }
    }

    /// <summary>Presses Download.</summary>
    /// <returns>The link, which needs no sign-in.</returns>
    /// <param name="artifact">Of a job that has several.</param>
    public async Task<Uri> DownloadLinkAsync(Guid job, Guid? artifact = null)
    {
        var (location, html) = await SubmitAsync($"/Jobs/{job}", $"/Download{(artifact is null ? "" : $"?artifact={artifact}")}", []);
        return location is null && DownloadHere().Match(html) is { Success: true } match
            ? new Uri(WebUtility.HtmlDecode(match.Groups[1].Value))
            : throw new InvalidOperationException($"There is no download: {location} {Problems(html)}");
    }

    /// <summary>Fetches the link as somebody who is not signed in.</summary>
    public static async Task DownloadAsync(Uri link, string path)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        await using var content = await http.GetStreamAsync(link);
        await using var file = File.Create(path);
        await content.CopyToAsync(file);
    }

    public void Dispose() => _http.Dispose();

    /// <returns>Its id.</returns>
    public async Task<Guid> AddSourceAsync(Dictionary<string, string> fields)
    {
        var (location, html) = await SubmitAsync("/DataSources/Create", "", fields);
        return IdIn(location, "/DataSources/") ?? throw new InvalidOperationException($"The data source was refused: {Problems(html)}");
    }

    private async Task<IReadOnlyList<Guid>> DestinationsAsync() =>
        [.. EditDestination().Matches(await GetAsync("/Destinations")).Select(m => Guid.Parse(m.Groups[1].Value))];

    private string WithoutPrefix(string location) => location.StartsWith(_prefix, StringComparison.Ordinal)
        ? location[_prefix.Length..]
        : throw new InvalidOperationException($"{location} leads out of {_prefix}");

    private static Guid? IdIn(string? location, string folder) =>
        location?.StartsWith(folder, StringComparison.Ordinal) == true
        && Guid.TryParse(location[folder.Length..].Split('?', '/')[0], out var id)
            ? id
            : null;

    private static string Problems(string html) =>
        string.Join(' ', Problem().Matches(html).Select(m => WebUtility.HtmlDecode(m.Groups[1].Value).Trim()));

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]* value=\"([^\"]+)\"")]
    private static partial Regex Token();

    [GeneratedRegex("/Destinations/Edit/([0-9a-f-]{36})")]
    private static partial Regex EditDestination();

    [GeneratedRegex("<a href=\"([^\"]+)\">download it here</a>")]
    private static partial Regex DownloadHere();

    [GeneratedRegex("(?:field-validation-error|invalid-feedback|alert-title)[^>]*>([^<]+)|<li>([^<]+)")]
    private static partial Regex Problem();
}
