using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace BackupApp.Tests.Api;

/// <summary>An app that takes requests and runs no backups, so that thousands of them wait and contact nothing.</summary>
public sealed class FuzzBench : ApiBench
{
    protected override IReadOnlyDictionary<string, string> Variables => new Dictionary<string, string> { ["BackupApp__Roles"] = "web" };

    /// <summary>Of what is there, by the step of a path that it follows: the first of each kind stays, the others may be deleted.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> IdsAsync()
    {
        var (source, policy) = await ProtectAsync();
        var (otherSource, otherPolicy) = await ProtectAsync();
        var ensured = await SendAsync(HttpMethod.Post, "storage-destinations/managed/ensure", new JsonObject { ["region"] = "x" });
        await SendAsync(HttpMethod.Put, "notifications/ping", new JsonObject { ["url"] = "http://127.0.0.1:1/ping" });
        var users = await Http.GetFromJsonAsync<JsonArray>("users", TestContext.Current.CancellationToken);
        return new Dictionary<string, IReadOnlyList<string>>
        {
            ["datasources"] = [source, otherSource],
            ["policies"] = [policy, otherPolicy],
            ["backup-policies"] = [policy, otherPolicy],
            ["backups"] = [await RunNowAsync(source), await RunNowAsync(otherSource)],
            ["storage-destinations"] = [Id(ensured)],
            ["channels"] = [await AddChannelAsync("monitor"), await AddChannelAsync("other monitor")],
            ["users"] = [Id(users![0]!)],
        };
    }

    private static string Id(JsonNode made) => made["id"]!.GetValue<string>();

    private async Task<string> RunNowAsync(string source) =>
        (await SendAsync(HttpMethod.Post, $"datasources/{source}/backups/run-now"))["jobId"]!.GetValue<string>();

    private async Task<string> AddChannelAsync(string name) => Id(
        await SendAsync(
            HttpMethod.Post, "notifications/channels",
            new JsonObject { ["kind"] = "webhook", ["name"] = name, ["url"] = "http://127.0.0.1:1/alerts" }));
}
