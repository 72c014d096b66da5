using System.Net.Http;
using System.Text.Json.Nodes;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Api;

/// <summary>What the audit log says of a change that would help somebody to read or lead away backups; and never a secret.</summary>
public sealed class AuditedChangesTests(ApiBench bench) : IClassFixture<ApiBench>
{
    [Fact]
    public async Task User_certificates_and_parameters_of_a_source_are_told_whenever_one_of_them_changes()
    {
        await bench.RequireAsync();
        var (source, _) = await bench.ProtectAsync();
        var fields = bench.Credentials();
        var postgres = fields["fields"]!["postgres"]!;
        await bench.SendAsync(HttpMethod.Put, $"datasources/{source}/credentials", fields.DeepClone());
        postgres["user"] = "somebody_else";
        postgres["params"] = new JsonObject { ["application_name"] = "backups" };
        await bench.SendAsync(HttpMethod.Put, $"datasources/{source}/credentials", fields.DeepClone());

        var entries = await EntriesAsync("datasource.credentials_set", source);
        Assert.Equal([bench.Postgres.Superuser, "somebody_else"], entries.Select(e => e["username"]!.GetValue<string>()));
        Assert.Equal("""{"application_name":"backups"}""", entries[1]["parameters"]!.ToJsonString());
        Assert.Equal([$"127.0.0.1:{bench.Postgres.Port}"], entries[1]["servers"]!.AsArray().Select(s => s!.GetValue<string>()));
        Assert.Empty(entries[1]["caSha256"]!.AsArray());
        Assert.DoesNotContain(
            bench.Postgres.SuperuserPassword,
            string.Concat(entries.Select(e => e.ToJsonString())),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_login_for_restores_is_told_without_its_password_never_answered_and_not_taken_elsewhere()
    {
        await bench.RequireAsync();
        var (source, _) = await bench.ProtectAsync();
        var path = $"datasources/{source}/credentials";
        var fields = bench.Credentials();
        var login = new JsonObject { ["user"] = bench.Postgres.Superuser, ["password"] = "the restore login's" };
        await bench.SendAsync(HttpMethod.Put, path, With(fields, "restoreLogin", login));
        var refused = await bench.SendAsync(HttpMethod.Get, $"datasources/{source}");
        login["password"] = bench.Postgres.SuperuserPassword;
        await bench.SendAsync(HttpMethod.Put, path, With(fields, "restoreLogin", login));
        await bench.SendAsync(HttpMethod.Put, path, fields.DeepClone()); // Not named, and nothing moved: it stays.
        var ready = await bench.SendAsync(HttpMethod.Get, $"datasources/{source}");
        var moved = fields.DeepClone();
        moved["fields"]!["postgres"]!["params"] = new JsonObject { ["application_name"] = "other" };
        using var asked = await bench.AskAsync(HttpMethod.Put, path, moved);
        var problem = await asked.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        await bench.SendAsync(HttpMethod.Put, path, With(moved, "removeRestoreLogin", true));
        var removed = await bench.SendAsync(HttpMethod.Get, $"datasources/{source}");

        Assert.Contains("correct the login", refused["restoreReadiness"]!["reason"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(("ready", true), (Text(ready["restoreReadiness"]!, "state"), ready["hasRestoreLogin"]!.GetValue<bool>()));
        Assert.True(ready["restoreReadiness"]!["usesRestoreLogin"]!.GetValue<bool>());
        Assert.DoesNotContain("restore login's", refused.ToJsonString() + ready.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("restoreLogin.password", problem, StringComparison.Ordinal);
        Assert.False(removed["hasRestoreLogin"]!.GetValue<bool>());
        var entries = (await EntriesAsync("datasource.credentials_set", source)).Where(e => e["restoreLogin"] is not null).ToList();
        Assert.Equal(["set", "set", "removed"], entries.Select(e => Text(e, "restoreLogin")));
        Assert.DoesNotContain("restore login's", string.Concat(entries.Select(e => e.ToJsonString())), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Public_endpoint_and_keys_of_a_destination_and_looks_at_it_are_told()
    {
        await bench.RequireAsync();
        TestS3.Require();
        var settings = bench.S3.Settings();
        var endpoint = settings.Endpoint!.GetLeftPart(UriPartial.Authority);
        var bucket = new JsonObject
        {
            ["name"] = "audited",
            ["type"] = "minio",
            ["bucket"] = bench.S3.Bucket,
            ["endpointUrl"] = endpoint,
            ["region"] = "us-east-1",
            ["forcePathStyle"] = true,
            ["accessKeyId"] = settings.AccessKeyId,
            ["secretAccessKey"] = settings.SecretAccessKey,
        };
        var id = (await bench.SendAsync(HttpMethod.Post, "storage-destinations", bucket))["id"]!.GetValue<string>();
        await bench.SendAsync(
            HttpMethod.Patch,
            $"storage-destinations/{id}",
            new JsonObject { ["publicEndpointUrl"] = endpoint.Replace("127.0.0.1", "localhost", StringComparison.Ordinal) });
        using var browser = await AppClient.SignInAsync(bench.App);
        await browser.SubmitAsync($"/Destinations/{id}", "?handler=Look", []);

        var created = Assert.Single(await EntriesAsync("storage_destination.created", id));
        Assert.Equal("…" + settings.AccessKeyId![^4..], created["accessKeyId"]!.GetValue<string>());
        Assert.DoesNotContain(settings.SecretAccessKey!, created.ToJsonString(), StringComparison.Ordinal);
        var updated = Assert.Single(await EntriesAsync("storage_destination.updated", id));
        Assert.Contains("localhost", updated["publicEndpoint"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.False(updated["keysChanged"]!.GetValue<bool>());
        Assert.Single(await EntriesAsync("storage_destination.look_requested", id));
    }

    private static JsonNode With(JsonNode body, string field, JsonNode value)
    {
        var copy = body.DeepClone();
        copy[field] = value.DeepClone();
        return copy;
    }

    private static string Text(JsonNode node, string field) => node[field]!.GetValue<string>();

    /// <summary>Their metadata, oldest first.</summary>
    private async Task<IReadOnlyList<JsonNode>> EntriesAsync(string action, string target)
    {
        var page = await bench.SendAsync(HttpMethod.Get, $"audit-log?actions={action}&targetId={target}");
        return [.. page["list"]!.AsArray().Reverse().Select(entry => entry!["metadata"]!)];
    }
}
