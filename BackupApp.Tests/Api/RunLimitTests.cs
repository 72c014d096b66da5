using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using BackupApp.Accounts.People;
using BackupApp.Accounts.Tokens;
using BackupApp.Destinations;
using BackupApp.Tests.Accounts;

namespace BackupApp.Tests.Api;

/// <summary>What a run by hand may be, in a process that makes jobs and runs none of them.</summary>
public sealed class RunLimitTests
{
    private static readonly string Body = $$"""{"destinationId": "{{StorageDestination.ManagedId}}"}""";

    [Fact]
    public async Task Runners_use_attached_policies_only_and_three_manual_backups_of_a_source_may_wait_whoever_asks()
    {
        await using var app = await WholeApp.StartAsync();
        var owner = await app.CreateUserAsync(UserRole.Administrator);
        using var runner = await ClientAsync(app, owner, TokenRole.Runner);
        using var admin = await ClientAsync(app, owner, TokenRole.Administrator);
        var source = await ProtectAsync(admin, "shop");

        var chosen = await runner.PostAsync(RunNow(source), Json(Body), Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, chosen.StatusCode);
        Assert.Contains(
            "A Runner backs up by the policies that are attached",
            await chosen.Content.ReadAsStringAsync(Cancel),
            StringComparison.Ordinal);

        // All at once: none of them sees a place that another one takes.
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => runner.PostAsync(RunNow(source), null, Cancel)));
        Assert.Equal(3, answers.Count(a => a.StatusCode == HttpStatusCode.OK));
        Assert.Equal(3, answers.Count(a => a.StatusCode == HttpStatusCode.Conflict));
        var refused = await admin.PostAsync(RunNow(source), Json(Body), Cancel);
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains(
            "3 manual backups of this data source are waiting already.",
            await refused.Content.ReadAsStringAsync(Cancel),
            StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.OK, (await admin.PostAsync(RunNow(await ProtectAsync(admin, "other")), Json(Body), Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_refused_run_gives_its_key_back_for_the_corrected_one()
    {
        await using var app = await WholeApp.StartAsync();
        var owner = await app.CreateUserAsync(UserRole.Administrator);
        using var runner = await ClientAsync(app, owner, TokenRole.Runner);
        using var admin = await ClientAsync(app, owner, TokenRole.Administrator);
        var source = await ProtectAsync(admin, "shop");
        runner.DefaultRequestHeaders.Add("Idempotency-Key", $"{Guid.NewGuid()}");

        var refused = await runner.PostAsync(RunNow(source), Json(Body), Cancel);
        var corrected = await runner.PostAsync(RunNow(source), null, Cancel);
        var again = await runner.PostAsync(RunNow(source), null, Cancel);

        Assert.Equal(
            (HttpStatusCode.Forbidden, HttpStatusCode.OK, HttpStatusCode.OK),
            (refused.StatusCode, corrected.StatusCode, again.StatusCode));
        Assert.Equal(await corrected.Content.ReadAsStringAsync(Cancel), await again.Content.ReadAsStringAsync(Cancel));
        Assert.True(again.Headers.Contains("Idempotency-Replayed"));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static string RunNow(string source) => $"/api/v1/datasources/{source}/backups/run-now";

    private static StringContent Json(string body) => new(body, new MediaTypeHeaderValue("application/json"));

    private static async Task<HttpClient> ClientAsync(WholeApp app, AppUser owner, TokenRole role)
    {
        var client = new HttpClient { BaseAddress = app.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await app.CreateTokenAsync(owner, role));
        return client;
    }

    // Nothing listens there, and nothing has to.
    private static async Task<string> ProtectAsync(HttpClient client, string name)
    {
        var answer = await client.PostAsync(
            "/api/v1/datasources/protect",
            Json($$$$$"""
                {"name": "{{{{{name}}}}}", "engine": "postgres", "environment": "test", "scheduleCron": "0 3 * * *", "timezone": "UTC",
                 "retentionDays": 7, "keepLastN": 0,
                 "credential": {"mode": "fields", "fields": {"postgres":
                     {"host": "127.0.0.1", "port": 9, "db": "x", "user": "x", "password": "x"}}}}
                """),
            Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return (await answer.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["dataSourceId"]!.GetValue<string>();
    }
}
