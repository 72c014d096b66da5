using System.Net;
using System.Text.Json.Nodes;

namespace BackupApp.Tests.Api;

/// <summary>Pings by API: of a policy, and of the installation.</summary>
[Collection(nameof(ApiBehaviour))]
public sealed class PingRoutesTests(ApiBench bench) : IAsyncLifetime
{
    private const string Secret = "https://hc-ping.com/a-secret-uuid";

    public async ValueTask InitializeAsync() => await bench.RequireAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_policys_address_is_write_only_stays_as_it_was_read_and_goes_when_it_is_emptied()
    {
        var (_, policy) = await bench.ProtectAsync();
        var path = $"backup-policies/{policy}";
        Assert.Null((await bench.SendAsync(HttpMethod.Get, path))["pingUrl"]);

        await bench.SendAsync(HttpMethod.Patch, path, new JsonObject { ["pingUrl"] = Secret });
        var read = await bench.SendAsync(HttpMethod.Get, path);
        Assert.Equal(("https://hc-ping.com/…", "healthchecks"), ((string?)read["pingUrl"], (string?)read["pingStyle"]));
        await bench.SendAsync(HttpMethod.Patch, path, new JsonObject { ["pingUrl"] = (string?)read["pingUrl"], ["pingStyle"] = "get" });
        Assert.Equal("get", (string?)(await bench.SendAsync(HttpMethod.Get, path))["pingStyle"]);
        using var wrong = await bench.AskAsync(HttpMethod.Patch, path, new JsonObject { ["pingUrl"] = "nowhere" });
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        var told = await wrong.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("\"pingUrl\"", told, StringComparison.Ordinal);

        await bench.SendAsync(HttpMethod.Patch, path, new JsonObject { ["pingUrl"] = "" });
        Assert.Null((await bench.SendAsync(HttpMethod.Get, path))["pingUrl"]);
    }

    [Fact]
    public async Task The_installations_is_set_read_and_removed()
    {
        const string path = "notifications/ping";
        using var none = await bench.AskAsync(HttpMethod.Get, path);
        using var empty = await bench.AskAsync(HttpMethod.Put, path, new JsonObject { ["style"] = "get" });
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.BadRequest), (none.StatusCode, empty.StatusCode));

        var wanted = new JsonObject { ["url"] = "http://127.0.0.1:9/secret", ["style"] = "post" };
        var made = await bench.SendAsync(HttpMethod.Put, path, wanted);
        Assert.Equal(("http://127.0.0.1/…", "post"), ((string?)made["url"], (string?)made["style"]));

        using var gone = await bench.AskAsync(HttpMethod.Delete, path);
        using var twice = await bench.AskAsync(HttpMethod.Delete, path);
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NotFound), (gone.StatusCode, twice.StatusCode));
    }
}
