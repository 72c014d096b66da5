using System.Net;
using System.Text.Json.Nodes;

namespace BackupApp.Tests.Api;

/// <summary>What of a data source is backed up, as programs choose it.</summary>
[Collection(nameof(ApiBehaviour))]
public sealed class SelectionRequestTests(ApiBench bench) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await bench.RequireAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_selection_is_set_with_the_source_and_changed_field_by_field()
    {
        var body = new JsonObject { ["name"] = $"picky {Guid.NewGuid():N}", ["engine"] = "postgres", ["environment"] = "test" };
        body["selection"] = new JsonObject
        {
            ["excludeTables"] = new JsonArray("log_*", "shop.cart"),
            ["excludeTableData"] = new JsonArray("audit"),
        };
        var path = $"datasources/{(await bench.SendAsync(HttpMethod.Post, "datasources", body))["id"]}";
        await bench.SendAsync(
            HttpMethod.Patch,
            path,
            new JsonObject { ["selection"] = new JsonObject { ["excludeTableData"] = new JsonArray() } });
        var read = await bench.SendAsync(HttpMethod.Get, path);
        Assert.Equal(["log_*", "shop.cart"], read["selection"]!["excludeTables"]!.AsArray().GetValues<string>());
        Assert.Equal([], read["selection"]!["excludeTableData"]!.AsArray().GetValues<string>());
        await bench.SendAsync(
            HttpMethod.Patch,
            path,
            new JsonObject
            {
                ["selection"] = new JsonObject { ["scope"] = "server", ["excludeDatabases"] = new JsonArray("scratch") },
            });
        read = await bench.SendAsync(HttpMethod.Get, path);
        Assert.Equal(
            ("server", "server", "scratch"),
            (
                read["scope"]!.GetValue<string>(),
                read["selection"]!["scope"]!.GetValue<string>(),
                read["selection"]!["excludeDatabases"]![0]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_selection_that_changes_is_tested_and_decides_what_is_backed_up()
    {
        var (source, _) = await bench.ProtectAsync();
        var whole = (await bench.SendAsync(HttpMethod.Get, $"backups/{await bench.BackUpAsync(source)}"))["jobBytesRead"]!.GetValue<long>();
        await bench.SendAsync(
            HttpMethod.Patch,
            $"datasources/{source}",
            new JsonObject { ["selection"] = new JsonObject { ["excludeTables"] = new JsonArray("orders") } });
        var part = (await bench.SendAsync(HttpMethod.Get, $"backups/{await bench.BackUpAsync(source)}"))["jobBytesRead"]!.GetValue<long>();
        Assert.InRange(part, 1, whole / 2);
        var tests = await bench.SendAsync(HttpMethod.Get, $"audit-log?targetId={source}&actions=datasource.verify_attempted");
        Assert.Equal(2, tests["list"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("postgres", """{"scope":"server","selection":{"scope":"database"}}""", "selection.scope")]
    [InlineData(
        "postgres",
        """{"selection":{"excludeTables":["a\nb"],"excludeSchemas":[" x"],"includeTables":[1],"tables":[]}}""",
        "selection.excludeSchemas selection.excludeTables selection.includeTables[0] selection.tables")]
    [InlineData(
        "postgres",
        """{"selection":{"excludeTables":["a.b.c"],"excludeCollections":["x"],"excludeDatabases":["x"],"oplog":true}}""",
        "selection.excludeCollections selection.excludeDatabases selection.excludeTables selection.oplog")]
    [InlineData(
        "mongodb",
        """{"scope":"server","selection":{"excludeCollections":["x"],"includeSchemas":["x"]}}""",
        "selection.excludeCollections selection.includeSchemas")]
    public async Task What_a_selection_cannot_be_is_named_and_nothing_is_made(string engine, string fields, string wrong)
    {
        var body = JsonNode.Parse(fields)!.AsObject();
        (body["name"], body["engine"], body["environment"]) = ($"wrong {Guid.NewGuid():N}", engine, "test");
        using var answer = await bench.AskAsync(HttpMethod.Post, "datasources", body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(
            wrong,
            string.Join(
                ' ',
                JsonNode.Parse(await TextAsync(answer))!["fields"]!.AsObject().Select(f => f.Key).Order(StringComparer.Ordinal)));
    }

    private static Task<string> TextAsync(HttpResponseMessage answer) =>
        answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
}
