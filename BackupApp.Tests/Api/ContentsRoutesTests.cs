using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using BackupApp.Accounts.People;
using BackupApp.Accounts.Tokens;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Engines;
using BackupApp.Inventories.Changes;
using BackupApp.Secrets;
using BackupApp.Tests.Accounts;
using BackupApp.Tests.Backups;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace BackupApp.Tests.Api;

/// <summary>What is in backups by the API: one table over time, and the silencing of a warning.</summary>
public sealed class ContentsRoutesTests : IAsyncLifetime
{
    private WholeApp _app = null!;
    private AsyncServiceScope _scope;
    private KeptBench _bench = null!;
    private HttpClient _client = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _app = await WholeApp.StartAsync();
        _scope = _app.Services.CreateAsyncScope();
        var db = _scope.ServiceProvider.GetRequiredService<AppDbContext>();
        var connection = new DatabaseConnection(
            Engine.Postgres, "db", 5432, "app", "app", TlsMode.Prefer, new Dictionary<string, string>(), new ConnectionSecrets("secret"));
        var secrets = _scope.ServiceProvider.GetRequiredService<SecretBox>();
        var source = DataSource.Create("server", DataSourceEnvironment.Test, connection, secrets, DateTimeOffset.UtcNow);
        db.Add(source);
        await db.SaveChangesAsync(Cancel);
        _bench = new(db, source.Id);
        var user = await _app.CreateUserAsync(UserRole.Operator);
        _client = new HttpClient { BaseAddress = new Uri(_app.Address, $"/api/v1/datasources/{source.Id}/") };
        _client.DefaultRequestHeaders.Authorization = new("Bearer", await _app.CreateTokenAsync(user, TokenRole.Operator));
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _scope.DisposeAsync();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task Of_several_databases_the_history_of_a_table_is_that_of_the_one_that_is_named()
    {
        foreach (var run in new[] { 0, 1 })
        {
            await _bench.KeepAsync(run, [], "globals/globals");
            foreach (var (database, rows) in new[] { ("a", 10), ("b", 20), ("c", 30) })
                await _bench.KeepAsync(run, [KeptBench.Table("orders", rows + run)], $"database/{database}");
        }

        Assert.Equal(["database"], await WrongAsync("table-history?schema=public&table=orders"));
        Assert.Equal(["database"], await WrongAsync("table-history?schema=public&table=orders&database="));
        Assert.Equal(["database", "schema", "table"], await WrongAsync("table-history"));

        var rowsOfB = new List<int>();
        for (string? next = ""; next is not null && rowsOfB.Count < 10;)
        {
            var page = await GetAsync($"table-history?schema=public&table=orders&database=b&limit=1&cursor={next}");
            rowsOfB.Add((int)Assert.Single(page["list"]!.AsArray())!["rows"]!);
            next = (string?)page["cursors"]!["next"];
        }

        Assert.Equal([21, 20], rowsOfB);
    }

    [Fact]
    public async Task Of_one_database_the_history_needs_no_name_of_it()
    {
        await _bench.KeepAsync(0, [], "globals/globals");
        await _bench.KeepAsync(0, [KeptBench.Table("orders", 10)], "server/all databases");
        await _bench.KeepAsync(1, [KeptBench.Table("orders", 11)], "server/all databases with oplog");

        foreach (var database in new[] { "", "&database=all databases", "&database=all databases with oplog" })
        {
            var page = await GetAsync($"table-history?schema=public&table=orders{database}");
            Assert.Equal([11, 10], page["list"]!.AsArray().Select(p => (int)p!["rows"]!));
        }

        Assert.Empty((await GetAsync("table-history?schema=public&table=orders&database=other"))["list"]!.AsArray());
    }

    [Fact]
    public async Task A_warning_is_silenced_with_who_and_why()
    {
        await _bench.KeepAsync(0, KeptBench.Table("orders", 50));
        await _bench.AddJobAsync(1);
        var job = await _bench.KeepAsync(1, KeptBench.Table("orders", 0));
        var warning = Assert.Single(await _bench.OpenAsync(1));
        var path = $"backups/{job}/warnings/{warning.Id}/silence";

        foreach (var why in new[] { "", "  ", new string('x', 501) })
        {
            using var refused = await _client.PostAsJsonAsync(path, new { why }, Cancel);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.Equal(["why"], Fields(await refused.Content.ReadFromJsonAsync<JsonNode>(Cancel)));
        }

        Assert.Equal(HttpStatusCode.NotFound, await SilenceAsync($"backups/{job}/warnings/{Guid.NewGuid()}/silence"));
        Assert.Single(await _bench.OpenAsync(1));
        Assert.Equal(HttpStatusCode.NoContent, await SilenceAsync(path));

        var told = Assert.Single((await GetAsync($"backups/{job}/contents/changes"))["warnings"]!.AsArray())!;
        Assert.Equal(("moved", "Operator (operator@example.com)"), ((string?)told["silencedWhy"], (string?)told["silencedBy"]));
        Assert.NotNull(told["silencedAt"]);
        Assert.Equal(WarningRule.TableEmptied, (await _bench.Db.Set<ContentWarning>().AsNoTracking().SingleAsync(Cancel)).Rule);
    }

    private async Task<HttpStatusCode> SilenceAsync(string path)
    {
        using var answer = await _client.PostAsJsonAsync(path, new { why = " moved " }, Cancel);
        return answer.StatusCode;
    }

    private async Task<JsonNode> GetAsync(string path) => (await _client.GetFromJsonAsync<JsonNode>(path, Cancel))!;

    private async Task<IReadOnlyList<string>> WrongAsync(string path)
    {
        using var answer = await _client.GetAsync(path, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        return Fields(await answer.Content.ReadFromJsonAsync<JsonNode>(Cancel));
    }

    private static IReadOnlyList<string> Fields(JsonNode? problem) =>
        [.. problem!["fields"]!.AsObject().Select(f => f.Key).Order(StringComparer.Ordinal)];
}
