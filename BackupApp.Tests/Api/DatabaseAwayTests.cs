using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using BackupApp.Tests.Support;
using Npgsql;

namespace BackupApp.Tests.Api;

/// <summary>The application's own database goes away while it runs.</summary>
public sealed class DatabaseAwayTests : IDisposable
{
    private const string Administrator = "test-of-a-database-that-goes-away";
    private const string Unknown = "bka_000000000000_0000000000000000000000000000000000000000000";

    private readonly string _data = Directory.CreateTempSubdirectory("backupapp-away-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Whoever_asks_by_token_is_told_to_come_back_and_not_that_something_is_broken()
    {
        await using var postgres = TestPostgres.Require();
        await using var relay = new GatedRelay(postgres.Port, long.MaxValue);
        var settings = new NpgsqlConnectionStringBuilder(postgres.ConnectionString(await postgres.CreateMigratedDatabaseAsync("app")))
        {
            Host = "127.0.0.1",
            Port = relay.Port,
        };
        await using var app = await AppProcess.StartAsync(new AppSettings(settings.ConnectionString, _data)
        {
            Variables = new Dictionary<string, string> { ["BackupApp__Bootstrap__ApiToken"] = Administrator },
        });
        Assert.Equal((HttpStatusCode.OK, null), await AskAsync(app, Administrator));
        Assert.Equal((HttpStatusCode.Unauthorized, "INVALID_TOKEN"), await AskAsync(app, Unknown));

        await relay.DisposeAsync();
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "SERVICE_UNAVAILABLE"), await AskAsync(app, Administrator));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "SERVICE_UNAVAILABLE"), await AskAsync(app, Unknown));
    }

    private static async Task<(HttpStatusCode Status, string? Code)> AskAsync(AppProcess app, string token)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = app.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await http.GetAsync(new Uri("/api/v1/datasources", UriKind.Relative), TestContext.Current.CancellationToken);
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        return (
            answer.StatusCode,
            answer.Content.Headers.ContentType?.MediaType == "application/problem+json" ? body["code"]!.GetValue<string>() : null);
    }
}
