using System.Text.Json.Nodes;

namespace BackupApp.Tests.Api;

/// <summary>The part of the contract's walk that restores a backup of the data source.</summary>
internal sealed class RestoreWalk(ApiBench bench, ContractWalk walk, string source)
{
    public async Task RunAsync(string backup)
    {
        JsonObject Target() => new()
        {
            ["dataSourceId"] = source,
            ["mode"] = "new_database",
            ["targetUri"] = bench.TargetUri,
            ["targetDatabase"] = bench.Restored
        };
        JsonObject Restore(string of) =>
            new(Target()!.Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone()))) { ["sourceBackupId"] = of };
        await walk.CallAsync("POST /restores/target-probe", 200, Target());
        await walk.CallAsync("POST /restores/target-probe", 400, new JsonObject { ["dataSourceId"] = source });
        var id = ("id", ContractWalkTests.Text(await walk.CallAsync("POST /restores", 201, Restore(backup)), "id"));
        await walk.CallAsync("POST /restores", 400, new JsonObject { ["mode"] = "sideways" });
        var overwrite = new JsonObject { ["dataSourceId"] = source, ["mode"] = "overwrite", ["sourceBackupId"] = backup };
        var refused = await walk.CallAsync("POST /restores", 400, overwrite);
        Assert.Contains("confirmOverwrite", refused["fields"]!.AsObject().Select(f => f.Key));
        await walk.CallAsync("POST /restores", 400, Restore(Guid.NewGuid().ToString()));
        var picking = overwrite.DeepClone().AsObject();
        foreach (var flag in new[] { "confirmOverwrite", "swapPartial", "goOnPastErrors" })
            picking[flag] = true;
        picking["tables"] = new JsonArray(new JsonObject { ["schema"] = "public", ["name"] = "orders" });
        var picked = await walk.CallAsync("POST /restores", 400, picking);
        Assert.Equal(["mode"], picked["fields"]!.AsObject().Select(f => f.Key));
        var whole = Restore(backup);
        whole["databases"] = new JsonArray("shop");
        var alone = await walk.CallAsync("POST /restores", 400, whole);
        Assert.Equal(["databases"], alone["fields"]!.AsObject().Select(f => f.Key));
        await bench.RestoredAsync(id.Item2);
        var restore = await walk.CallAsync("GET /restores/{id}", 200, values: id);
        Assert.Equal($"postgres://…@127.0.0.1:{bench.Postgres.Port}/postgres", ContractWalkTests.Text(restore, "targetConnectionRef"));
        await walk.CallAsync("GET /restores/{id}", 404);
        await walk.CallAsync("GET /restores/{id}/logs.presign", 200, values: id);
        var nobody = await walk.CallAsync("GET /restores/{id}/logs.presign", 200);
        Assert.Equal((false, "not_found"), (nobody["ok"]!.GetValue<bool>(), ContractWalkTests.Text(nobody, "errorCode")));
        await walk.CallAsync("GET /restores/{id}/logs.presign", 400, values: ("id", "x"));
        var listed = await walk.CallAsync(
            "GET /datasources/{datasourceId}/restores", 200, query: "?trigger=manual", values: ("datasourceId", source));
        Assert.Equal(id.Item2, ContractWalkTests.Text(Assert.Single(listed["list"]!.AsArray())!, "id"));
        await walk.CallAsync("GET /datasources/{datasourceId}/restores", 400, query: "?trigger=odd", values: ("datasourceId", source));
        await SeveralAsync();
    }

    // Ours, beside the contract.
    private async Task SeveralAsync()
    {
        string[] names = [bench.Postgres.Drop($"several_{Guid.NewGuid():N}"), bench.Postgres.Drop($"several_{Guid.NewGuid():N}")];
        JsonObject Of(params string[] databases) => new()
        {
            ["targetUri"] = bench.TargetUri,
            ["restores"] = new JsonArray(
                [.. databases.Select(name => new JsonObject { ["dataSourceId"] = source, ["targetDatabase"] = name })]),
        };
        using var twice = await bench.AskAsync(HttpMethod.Post, "restores/batch", Of(names[0], names[0]));
        var problem = await twice.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("restores[1].targetDatabase", problem, StringComparison.Ordinal);
        var batch = await bench.SendAsync(HttpMethod.Post, "restores/batch", Of(names));
        Assert.DoesNotContain(Uri.EscapeDataString(bench.Postgres.SuperuserPassword), batch.ToJsonString(), StringComparison.Ordinal);
        foreach (var restore in batch["restores"]!.AsArray())
            Assert.Equal("success", await bench.RestoredAsync(ContractWalkTests.Text(restore!, "id")));
        var ended = await bench.SendAsync(HttpMethod.Get, $"restores/batch/{ContractWalkTests.Text(batch, "id")}");
        Assert.False(ended["isActive"]!.GetValue<bool>());
        Assert.Equal(names, ended["restores"]!.AsArray().Select(r => ContractWalkTests.Text(r!, "targetDatabase")));
    }
}
