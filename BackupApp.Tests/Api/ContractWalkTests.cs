using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Api;

/// <summary>Every operation of the published contract against the running app, each answer against its schema.</summary>
public sealed partial class ContractWalkTests(ApiBench bench, ITestOutputHelper output) : IClassFixture<ApiBench>
{
    private const string SlippedEnum =
        "policyCompression is gzip or none, as in the contract's example; its schema names the words of encryption by mistake";

    private const string MoreActions = "there are more actions and targets: pauses, promises, downloads, expiry, people, tokens";

    // What design says otherwise, and exactly how it shows: anything else is a failure, and so is an entry that does not show any more.
    private static readonly Dictionary<string, (string Why, string Shows)> Differences = new()
    {
        ["GET /backups"] = (SlippedEnum, @"^\.list\[\]\.policyCompression is ""gzip""|^\.list\[\]\.policyCompression is ""none"""),
        ["GET /datasources/{datasourceId}/backups"] = (SlippedEnum, @"^\.list\[\]\.policyCompression is ""gzip"""),
        ["GET /audit-log"] = (
            MoreActions,
            @"^\.list\[\]\.(action|targetType) is ""(policy\.(paused|resumed)|datasource\.promise_loosened|"
            + @"backup_job\.(canceled|downloaded|pinned|missed|skipped)|user\.\w+|user)"""),
    };

    private string _source = "";
    private string _policy = "";

    [Fact]
    public async Task Every_operation_of_the_contract_conforms_or_differs_by_design_or_answers_501()
    {
        await bench.RequireAsync();
        TestS3.Require();
        var walk = new ContractWalk(bench);
        await WalkDataSourcesAsync(walk);
        await WalkDestinationsAndPoliciesAsync(walk);
        await WalkAttachmentsAsync(walk);
        await WalkBackupsAsync(walk);
        await WalkAuditAsync(walk);
        await WalkNotificationsAsync(walk);
        await WalkDeletionsAsync(walk);
        foreach (var operation in walk.Contract.Operations.Where(o => !walk.Of(o).Any()))
        {
            var body = operation.StartsWith("GET", StringComparison.Ordinal) ? null : new JsonObject();
            var problem = await walk.CallAsync(operation, 501, body);
            Assert.Equal("NOT_IMPLEMENTED", problem["code"]!.GetValue<string>());
        }

        var outcomes = walk.Contract.Operations.ToDictionary(o => o, o => Outcome(o, [.. walk.Of(o)]));
        foreach (var (operation, outcome) in outcomes)
            output.WriteLine($"{operation,-70} {outcome}");
        Assert.Equal(41, outcomes.Count);
        Assert.DoesNotContain(outcomes, o => o.Value.StartsWith("FAILS", StringComparison.Ordinal));
    }

    private static string Outcome(string operation, IReadOnlyList<Exchange> exchanges)
    {
        if (exchanges.All(e => e is { Status: 501, Problems.Count: 0 }))
            return "501";
        if (!exchanges.Any(e => e.Status < 300) || (!exchanges.Any(e => e.Status is >= 400 and < 500) && !TakeNothing.Contains(operation)))
            return $"FAILS: only {string.Join(", ", exchanges.Select(e => e.Status))} was seen";
        var problems = exchanges.SelectMany(e => e.Problems).Distinct().ToList();
        if (!Differences.TryGetValue(operation, out var difference))
            return problems.Count == 0 ? "conforms" : $"FAILS: {string.Join("; ", problems)}";
        var others = problems.Where(p => !Regex.IsMatch(p, difference.Shows)).ToList();
        return others.Count > 0 ? $"FAILS: {string.Join("; ", others)}"
            : problems.Count == 0 ? "FAILS: it does not differ any more"
            : $"differs by design: {difference.Why}";
    }

    private async Task WalkDataSourcesAsync(ContractWalk walk)
    {
        const string One = "/datasources/{id}";
        var made = await walk.CallAsync("POST /datasources/protect", 201, bench.Protect());
        (_source, _policy) = (Text(made, "dataSourceId"), Text(made, "policyId"));
        await walk.CallAsync("POST /datasources/protect", 400, new JsonObject { ["name"] = 5 });
        var second = await walk.CallAsync(
            "POST /datasources",
            201,
            new JsonObject
            {
                ["name"] = "warehouse",
                ["engine"] = "postgres",
                ["environment"] = "dev",
                ["region"] = "eu-central-1",
            });
        await walk.CallAsync("POST /datasources", 400, new JsonObject { ["name"] = "", ["engine"] = "oracle" });
        var id = ("id", Text(second, "id"));
        await walk.CallAsync($"GET {One}", 200, values: id);
        await walk.CallAsync($"PUT {One}/credentials", 200, bench.Credentials(), values: id);
        await walk.CallAsync(
            $"PUT {One}/credentials", 400, new JsonObject { ["mode"] = "connection_uri", ["uri"] = "mysql://x" }, values: id);
        await walk.CallAsync($"POST {One}/verify", 200, values: id);
        await walk.CallAsync($"POST {One}/verify", 404);
        await walk.CallAsync($"GET {One}", 200, values: ("id", _source));
        await walk.CallAsync($"GET {One}", 400, values: ("id", "not-an-id"));
        await walk.CallAsync($"GET {One}", 404);
        await walk.CallAsync(
            $"PATCH {One}",
            204,
            new JsonObject { ["name"] = "warehouse 2", ["isActive"] = false, ["region"] = "eu-central-1" },
            values: id);
        await walk.CallAsync($"PATCH {One}", 400, new JsonObject { ["isActive"] = "no" }, values: id);
        await walk.CallAsync($"PATCH {One}", 404, new JsonObject());
        await walk.CallAsync("GET /datasources", 200, query: "?query=ware");
        await walk.CallAsync("GET /datasources", 400, query: "?cursor=nowhere");
    }

    private async Task WalkDestinationsAndPoliciesAsync(ContractWalk walk)
    {
        const string One = "/storage-destinations/{id}";
        var settings = bench.S3.Settings();
        var bucket = new JsonObject
        {
            ["name"] = "bucket",
            ["type"] = "minio",
            ["bucket"] = bench.S3.Bucket,
            ["endpointUrl"] = settings.Endpoint!.GetLeftPart(UriPartial.Authority),
            ["region"] = "us-east-1",
            ["forcePathStyle"] = true,
            ["accessKeyId"] = settings.AccessKeyId,
            ["secretAccessKey"] = settings.SecretAccessKey,
        };
        var id = ("id", Text(await walk.CallAsync("POST /storage-destinations", 200, bucket), "id"));
        await walk.CallAsync("POST /storage-destinations", 400, new JsonObject { ["name"] = "x" });
        await walk.CallAsync("GET /storage-destinations", 200, query: "?ownership=byo&search=buck");
        await walk.CallAsync("GET /storage-destinations", 400, query: "?ownership=theirs");
        var managed = await walk.CallAsync(
            "POST /storage-destinations/managed/ensure", 200, new JsonObject { ["region"] = "eu-central-1" });
        await walk.CallAsync("POST /storage-destinations/managed/ensure", 400, new JsonObject());
        await walk.CallAsync($"GET {One}", 200, values: id);
        await walk.CallAsync($"GET {One}", 404);
        await walk.CallAsync($"PATCH {One}", 200, new JsonObject { ["name"] = "bucket 2" }, values: id);
        await walk.CallAsync($"PATCH {One}", 400, new JsonObject { ["storageClass"] = "GLACIER" }, values: id);
        await walk.CallAsync($"PATCH {One}", 409, new JsonObject { ["name"] = "mine" }, values: ("id", Text(managed, "id")));

        var policy = new JsonObject
        {
            ["name"] = "hourly",
            ["scheduleCron"] = "0 * * * *",
            ["timezone"] = "UTC",
            ["retentionDays"] = 7,
            ["keepLastN"] = 0,
            ["destinationId"] = id.Item2,
            ["compression"] = "none",
            ["method"] = "logical_dump",
        };
        var hourly = await walk.CallAsync("POST /backup-policies", 201, policy);
        await walk.CallAsync(
            "POST /backup-policies", 400, new JsonObject { ["name"] = "x", ["compression"] = "zstd", ["pitrEnabled"] = true });
        await walk.CallAsync("GET /backup-policies", 200);
        await walk.CallAsync("GET /backup-policies", 400, query: "?limit=0");
        await walk.CallAsync("PATCH /backup-policies/{id}", 204, new JsonObject { ["keepLastN"] = 3 }, values: ("id", Text(hourly, "id")));
        await walk.CallAsync(
            "PATCH /backup-policies/{id}",
            400,
            new JsonObject { ["scheduleCron"] = "every day" },
            values: ("id", Text(hourly, "id")));
        await walk.CallAsync("PATCH /backup-policies/{id}", 404, new JsonObject());
    }

    private async Task WalkAttachmentsAsync(ContractWalk walk)
    {
        const string All = "/datasources/{datasourceId}/policies";
        var policies = await walk.CallAsync("GET /backup-policies", 200);
        var hourly = policies["list"]!.AsArray().Select(p => Text(p!, "id")).First(p => p != _policy);
        var source = ("datasourceId", _source);
        await walk.CallAsync(
            $"POST {All}", 201, new JsonObject { ["policyId"] = hourly, ["enabled"] = true, ["priority"] = 3 }, values: source);
        await walk.CallAsync($"POST {All}", 409, new JsonObject { ["policyId"] = hourly, ["enabled"] = true }, values: source);
        await walk.CallAsync($"POST {All}", 400, new JsonObject { ["policyId"] = "x" }, values: source);
        await walk.CallAsync($"GET {All}", 200, values: source);
        await walk.CallAsync($"GET {All}", 400, values: ("datasourceId", "x"));
        await walk.CallAsync(
            $"PATCH {All}/{{policyId}}",
            204,
            new JsonObject { ["enabled"] = false, ["priority"] = 1 },
            values: [source, ("policyId", hourly)]);
        await walk.CallAsync(
            $"PATCH {All}/{{policyId}}", 400, new JsonObject { ["priority"] = -1 }, values: [source, ("policyId", hourly)]);
        await walk.CallAsync($"PATCH {All}/{{policyId}}", 404, new JsonObject { ["enabled"] = true }, values: source);
        await walk.CallAsync($"DELETE {All}/{{policyId}}", 204, values: [source, ("policyId", hourly)]);
        await walk.CallAsync($"DELETE {All}/{{policyId}}", 404, values: [source, ("policyId", hourly)]);
    }

    private async Task WalkBackupsAsync(ContractWalk walk)
    {
        const string All = "/datasources/{datasourceId}/backups";
        var source = ("datasourceId", _source);
        var run = await walk.CallAsync($"POST {All}/run-now", 200, new JsonObject { ["policyId"] = "" }, values: source);
        await walk.CallAsync($"POST {All}/run-now", 400, new JsonObject { ["policyId"] = "x" }, values: source);
        await walk.CallAsync($"POST {All}/run-now", 404);
        (string, string)[] job = [source, ("jobId", Text(run, "jobId"))];
        Assert.Equal("success", await bench.EndAsync(job[1].Item2));
        await walk.CallAsync("GET /backups", 200, query: $"?datasourceIDs={_source}&limit=1");
        await walk.CallAsync("GET /backups", 400, query: "?limit=1000");
        await walk.CallAsync($"GET {All}", 200, values: source);
        await walk.CallAsync($"GET {All}", 404);
        await walk.CallAsync("GET /datasources/{datasourceId}/backup-history", 200, query: "?days=7", values: source);
        await walk.CallAsync("GET /datasources/{datasourceId}/backup-history", 400, query: "?days=-1", values: source);
        await walk.CallAsync($"POST {All}/{{jobId}}/download-link", 200, values: job);
        await walk.CallAsync($"POST {All}/{{jobId}}/download-link", 404, values: source);
        await new RestoreWalk(bench, walk, _source).RunAsync(job[1].Item2);
        await walk.CallAsync($"DELETE {All}/{{jobId}}", 200, values: job);
        await walk.CallAsync($"DELETE {All}/{{jobId}}", 409, values: job);
        await walk.CallAsync($"DELETE {All}/{{jobId}}", 404, values: source);
        var refused = await walk.CallAsync($"POST {All}/{{jobId}}/download-link", 200, values: job);
        Assert.Equal((false, "deleted"), (refused["ok"]!.GetValue<bool>(), Text(refused, "errorCode")));
        await walk.CallAsync("GET /datasources", 200);
        await walk.CallAsync("GET /datasources/{id}", 200, values: ("id", _source));
    }

    private async Task WalkAuditAsync(ContractWalk walk)
    {
        var first = await walk.CallAsync("GET /audit-log", 200, query: "?limit=2");
        var cursor = $"cursorCreatedAt={Uri.EscapeDataString(Text(first, "nextCursorCreatedAt"))}&cursorId={Text(first, "nextCursorId")}";
        var second = await walk.CallAsync("GET /audit-log", 200, query: $"?limit=200&{cursor}");
        Assert.DoesNotContain(Text(first["list"]![1]!, "id"), second["list"]!.AsArray().Select(e => Text(e!, "id")));
        var filtered = await walk.CallAsync(
            "GET /audit-log",
            200,
            query: $"?actions=datasource.created&actions=policy.created&targetTypes=datasource&targetId={_source}&"
                + "since=2020-01-01T00:00:00Z");
        Assert.Single(filtered["list"]!.AsArray());
        await walk.CallAsync("GET /audit-log", 400, query: "?cursorId=5");
        await walk.CallAsync("GET /audit-log/actors", 200);
        await walk.CallAsync("GET /audit-log/actors", 400, query: "?colour=red");
        await walk.CallAsync("GET /audit-log/actors", 400, query: "?limit=0");
    }

    private async Task WalkDeletionsAsync(ContractWalk walk)
    {
        var source = ("id", _source);
        var name = Text(await walk.CallAsync("GET /datasources/{id}", 200, values: source), "name");
        await walk.CallAsync("DELETE /datasources/{id}", 400, new JsonObject { ["confirmation"] = "another" }, values: source);
        await walk.CallAsync("DELETE /datasources/{id}", 200, new JsonObject { ["confirmation"] = name }, values: source);
        await walk.CallAsync("DELETE /datasources/{id}", 404, new JsonObject { ["confirmation"] = name }, values: source);

        var added = (await walk.CallAsync("GET /storage-destinations", 200, query: "?ownership=byo")).AsArray()[0]!;
        await walk.CallAsync("DELETE /storage-destinations/{id}", 409, values: ("id", Text(added, "id")));
        var policies = await walk.CallAsync("GET /backup-policies", 200);
        var hourly = policies["list"]!.AsArray().Select(p => Text(p!, "id")).First(p => p != _policy);
        await bench.SendAsync(HttpMethod.Delete, $"backup-policies/{hourly}");
        await walk.CallAsync("DELETE /storage-destinations/{id}", 400, query: "?forgetBackups=0", values: ("id", Text(added, "id")));
        await walk.CallAsync("DELETE /storage-destinations/{id}", 204, query: "?forgetBackups=1", values: ("id", Text(added, "id")));
        await walk.CallAsync("DELETE /storage-destinations/{id}", 404, values: ("id", Text(added, "id")));
    }

    internal static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();
}
