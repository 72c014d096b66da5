using System.Text.Json.Nodes;

namespace BackupApp.Tests.Api;

/// <summary>An app that takes requests and runs no backups, so that thousands of them wait and contact nothing.</summary>
public sealed class FuzzBench : ApiBench
{
    protected override IReadOnlyDictionary<string, string> Variables => new Dictionary<string, string> { ["BackupApp__Roles"] = "web" };

    /// <summary>Of one thing of each kind.</summary>
    public async Task<IReadOnlyDictionary<string, string>> IdsAsync()
    {
        var (source, policy) = await ProtectAsync();
        var job = (await SendAsync(HttpMethod.Post, $"datasources/{source}/backups/run-now"))["jobId"]!.GetValue<string>();
        var managed = (await SendAsync(HttpMethod.Post, "storage-destinations/managed/ensure", new JsonObject { ["region"] = "x" }))[
            "id"
        ]!.GetValue<string>();
        var webhook = new JsonObject { ["kind"] = "webhook", ["name"] = "monitor", ["url"] = "http://127.0.0.1:1/alerts" };
        var channel = (await SendAsync(HttpMethod.Post, "notifications/channels", webhook))["id"]!.GetValue<string>();
        await SendAsync(HttpMethod.Put, "notifications/ping", new JsonObject { ["url"] = "http://127.0.0.1:1/ping" });
        return new Dictionary<string, string>
        {
            ["datasources"] = source,
            ["policies"] = policy,
            ["backup-policies"] = policy,
            ["backups"] = job,
            ["storage-destinations"] = managed,
            ["channels"] = channel,
        };
    }
}
