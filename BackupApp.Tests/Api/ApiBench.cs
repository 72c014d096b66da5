using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Api;

/// <summary>The app in a process of its own, called with the token of its configuration; a PostgreSQL to back up and a bucket.</summary>
public class ApiBench : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory("backupapp-api-").FullName;
    private readonly string _token = $"test-{Guid.NewGuid():N}{Guid.NewGuid():N}";
    private AppProcess? _app;
    private HttpClient? _http;
    private TestPostgres? _postgres;
    private string? _database;
    private string? _restored;

    public TestS3 S3 { get; } = new();

    public AppProcess App => _app ?? throw new InvalidOperationException("Call RequireAsync first.");

    /// <summary>With the administrator's token.</summary>
    public HttpClient Http => _http ?? throw new InvalidOperationException("Call RequireAsync first.");

    public TestPostgres Postgres => _postgres ?? throw new InvalidOperationException("Call RequireAsync first.");

    /// <summary>More of the app's environment variables.</summary>
    protected virtual IReadOnlyDictionary<string, string> Variables => new Dictionary<string, string>();

    public ValueTask InitializeAsync() => S3.InitializeAsync();

    /// <summary>Skips the test where a server is missing; else starts the app, once.</summary>
    public async Task RequireAsync()
    {
        _postgres ??= TestPostgres.Require();
        _database ??= await _postgres.CreateDatabaseAsync(
            "shop", "create table orders (id int); insert into orders select generate_series(1, 1000)");
        _app ??= await AppProcess.StartAsync(
            new AppSettings(_postgres.PooledConnectionString(await _postgres.CreateMigratedDatabaseAsync("app")), _data)
            {
                Variables = new Dictionary<string, string>(Variables)
                {
                    ["BackupApp__Bootstrap__ApiToken"] = _token,
                    ["BackupApp__Api__RequestsPerMinutePerToken"] = "1000000",
                    ["BackupApp__Api__RequestsPerMinutePerAddress"] = "1000000",
                    ["Logging__LogLevel__Default"] = "Warning",
                    ["Logging__LogLevel__Microsoft.Hosting.Lifetime"] = "Information",
                },
            });
        _http ??= Client(_token);
    }

    public HttpClient Client(string? token)
    {
        var http = new HttpClient(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseProxy = false,
                UseCookies = false,
                RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
            })
        {
            BaseAddress = new Uri(App.Address, "/api/v1/"),
        };
        if (token is not null)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }

    /// <summary>The body of <c>POST datasources/protect</c> for a database of the tests' server.</summary>
    public JsonObject Protect(string? name = null) => new()
    {
        ["name"] = name ?? $"shop {Guid.NewGuid():N}",
        ["engine"] = "postgres",
        ["environment"] = "test",
        ["credential"] = Credentials(),
        ["scheduleCron"] = "15 2 * * *",
        ["timezone"] = "Europe/Prague",
        ["retentionDays"] = 14,
        ["keepLastN"] = 7,
    };

    /// <summary>A database's name that nothing has; dropped at the end.</summary>
    public string Restored => _restored ??= Postgres.Drop($"restored_{Guid.NewGuid():N}");

    /// <summary>To the tests' server as its superuser.</summary>
    public string TargetUri =>
        $"postgres://{Postgres.Superuser}:{Uri.EscapeDataString(Postgres.SuperuserPassword)}@127.0.0.1:{Postgres.Port}/postgres";

    /// <summary>Waits for the end of a restore.</summary>
    /// <returns>Its state.</returns>
    public async Task<string> RestoredAsync(string id)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (true)
        {
            limit.Token.ThrowIfCancellationRequested();
            var status = (await SendAsync(HttpMethod.Get, $"restores/{id}?wait=30s"))["status"]!.GetValue<string>();
            if (status is not ("queued" or "running"))
                return status;
        }
    }

    public JsonObject Credentials() => new()
    {
        ["mode"] = "fields",
        ["fields"] = new JsonObject
        {
            ["postgres"] = new JsonObject
            {
                ["host"] = "127.0.0.1",
                ["port"] = Postgres.Port,
                ["db"] = _database,
                ["user"] = Postgres.Superuser,
                ["password"] = Postgres.SuperuserPassword,
                ["sslmode"] = "prefer",
            },
        },
    };

    /// <returns>The ids of the new source and its policy.</returns>
    public async Task<(string Source, string Policy)> ProtectAsync()
    {
        var made = await SendAsync(HttpMethod.Post, "datasources/protect", Protect());
        return (made["dataSourceId"]!.GetValue<string>(), made["policyId"]!.GetValue<string>());
    }

    /// <returns>The job's id; it has ended well.</returns>
    public async Task<string> BackUpAsync(string source)
    {
        var job = (await SendAsync(HttpMethod.Post, $"datasources/{source}/backups/run-now"))["jobId"]!.GetValue<string>();
        Assert.Equal("success", await EndAsync(job));
        return job;
    }

    /// <summary>Waits as a script does.</summary>
    /// <returns>How it ended.</returns>
    public async Task<string> EndAsync(string job)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (true)
        {
            limit.Token.ThrowIfCancellationRequested();
            var status = (await SendAsync(HttpMethod.Get, $"backups/{job}?wait=30s"))["jobStatus"]!.GetValue<string>();
            if (status is not ("queued" or "running"))
                return status;
        }
    }

    /// <exception cref="HttpRequestException">Any answer but success; the message holds the body.</exception>
    public async Task<JsonNode> SendAsync(
        HttpMethod method, string path, JsonNode? body = null, params (string Name, string Value)[] headers)
    {
        using var answer = await AskAsync(method, path, body, headers);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? JsonNode.Parse(text.Length == 0 ? "{}" : text)!
            : throw new HttpRequestException($"{method} {path} answered {(int)answer.StatusCode}: {text}");
    }

    public Task<HttpResponseMessage> AskAsync(
        HttpMethod method, string path, JsonNode? body = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _http?.Dispose();
        if (_app is not null)
            await _app.DisposeAsync();
        if (_postgres is not null)
            await _postgres.DisposeAsync();
        await S3.DisposeAsync();
        Directory.Delete(_data, recursive: true);
        GC.SuppressFinalize(this);
    }
}
