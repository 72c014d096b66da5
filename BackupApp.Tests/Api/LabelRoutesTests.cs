using System.Net;
using System.Text.Json.Nodes;

namespace BackupApp.Tests.Api;

/// <summary>Labels, pauses of policies and what nobody backs up, over the API and on the pages.</summary>
[Collection(nameof(ApiBehaviour))]
public sealed class LabelRoutesTests(ApiBench bench) : IAsyncLifetime
{
    private readonly string _team = $"t{Guid.NewGuid():N}";

    public async ValueTask InitializeAsync() => await bench.RequireAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Sources_and_their_backups_are_found_by_their_labels_and_by_those_of_their_policies()
    {
        var (own, ofPolicy, shadowed) = (await bench.ProtectAsync(), await bench.ProtectAsync(), await bench.ProtectAsync());
        await LabelAsync($"datasources/{own.Source}", new() { ["team"] = _team, ["tier"] = "1" });
        await LabelAsync($"backup-policies/{ofPolicy.Policy}", new() { ["team"] = _team });
        await LabelAsync($"backup-policies/{shadowed.Policy}", new() { ["team"] = _team });
        await LabelAsync($"datasources/{shadowed.Source}", new() { ["team"] = "another" });
        var job = await bench.BackUpAsync(ofPolicy.Source);

        Assert.Equal(new[] { own.Source, ofPolicy.Source }.Order(), (await ListAsync($"datasources?label=team%3D{_team}", "id")).Order());
        Assert.Equal([own.Source], await ListAsync($"datasources?label=team%3D{_team}&label=tier%3D1", "id"));
        Assert.Empty(await ListAsync($"datasources?label=team%3D{_team}&environment=prod", "id"));
        Assert.Equal([job], await ListAsync($"backups?label=team%3D{_team}", "jobId"));
        Assert.Empty(await ListAsync($"backups?label=team%3D{_team}x", "jobId"));

        var source = await bench.SendAsync(HttpMethod.Get, $"datasources/{ofPolicy.Source}");
        Assert.Empty(source["labels"]!.AsObject());
        Assert.Equal($"team={_team}", Assert.Single(source["effectiveLabels"]!.AsArray())!.GetValue<string>());
        // What is not named stays.
        await bench.SendAsync(HttpMethod.Patch, $"datasources/{own.Source}", new JsonObject { ["environment"] = "dev" });
        Assert.Equal("1", (await bench.SendAsync(HttpMethod.Get, $"datasources/{own.Source}"))["labels"]!["tier"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("Team", "x", "cannot be a key")]
    [InlineData("team", "a,b", "without commas")]
    [InlineData("team\nother=x", "y", "cannot be a key")]
    public async Task What_is_no_label_is_refused_with_what_to_do(string key, string value, string problem)
    {
        var (source, policy) = await bench.ProtectAsync();
        foreach (var path in (string[])[$"datasources/{source}", $"backup-policies/{policy}"])
        {
            var body = new JsonObject { ["labels"] = new JsonObject { [key] = value } };
            using var answer = await bench.AskAsync(HttpMethod.Patch, path, body);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.Contains(problem, JsonNode.Parse(text)!["fields"]!["labels"]!.GetValue<string>(), StringComparison.Ordinal);
        }

        using var filter = await bench.AskAsync(HttpMethod.Get, "datasources?label=team");
        Assert.Equal(HttpStatusCode.BadRequest, filter.StatusCode);
    }

    [Fact]
    public async Task A_policy_is_meant_for_an_environment_or_for_any()
    {
        var (_, policy) = await bench.ProtectAsync();
        async Task<string> NowAsync() =>
            (await bench.SendAsync(HttpMethod.Get, $"backup-policies/{policy}"))["environment"]!.GetValue<string>();
        Assert.Equal("any", await NowAsync());

        await bench.SendAsync(HttpMethod.Patch, $"backup-policies/{policy}", new JsonObject { ["environment"] = "prod" });
        await bench.SendAsync(HttpMethod.Patch, $"backup-policies/{policy}", new JsonObject { ["keepLastN"] = 9 });
        Assert.Equal("prod", await NowAsync());

        await bench.SendAsync(HttpMethod.Patch, $"backup-policies/{policy}", new JsonObject { ["environment"] = "any" });
        Assert.Equal("any", await NowAsync());
    }

    [Fact]
    public async Task A_policy_is_paused_until_a_moment_and_for_a_reason()
    {
        var (source, policy) = await bench.ProtectAsync();
        var path = $"datasources/{source}/policies/{policy}";
        var until = DateTimeOffset.UtcNow.AddDays(100);
        using (var refused = await bench.AskAsync(HttpMethod.Patch, path, Pause(until)))
        {
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            var text = await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            var problem = JsonNode.Parse(text)!["fields"]!["pausedUntil"]!.GetValue<string>();
            Assert.Contains("within the next 90 days", problem, StringComparison.Ordinal);
        }

        until = DateTimeOffset.UtcNow.AddHours(2);
        await bench.SendAsync(HttpMethod.Patch, path, Pause(until));

        var attached = (await bench.SendAsync(HttpMethod.Get, $"datasources/{source}/policies")).AsArray().Single()!;
        Assert.Equal(("migration", false), (attached["pauseReason"]!.GetValue<string>(), attached["isEnabled"]!.GetValue<bool>()));
        Assert.Equal(until, attached["pausedUntil"]!.GetValue<DateTimeOffset>(), TimeSpan.FromSeconds(1));
        var state = (await bench.SendAsync(HttpMethod.Get, $"datasources/{source}"))["protection"]!;
        Assert.True(state["paused"]!.GetValue<bool>());

        await bench.SendAsync(HttpMethod.Patch, path, new JsonObject { ["enabled"] = true });
        attached = (await bench.SendAsync(HttpMethod.Get, $"datasources/{source}/policies")).AsArray().Single()!;
        Assert.Null(attached["pausedUntil"]);
    }

    [Fact]
    public async Task What_nobody_backs_up_is_found_shown_ignored_and_made_a_source()
    {
        await bench.ProtectAsync();
        var database = await bench.Postgres.CreateDatabaseAsync("uncovered");
        using (var asked = await bench.AskAsync(HttpMethod.Post, "uncovered-databases/look"))
            Assert.Equal(HttpStatusCode.Accepted, asked.StatusCode);
        var found = await FindAsync(database);
        var id = found["id"]!.GetValue<string>();
        using var browser = new Accounts.Visitor(bench.App.Address);
        await browser.SignInAsync(bench.App.Settings.AdminEmail, bench.App.Settings.AdminPassword);

        Assert.Contains("Nobody backs up", await browser.ReadAsync("/"), StringComparison.Ordinal);
        Assert.Contains(database, await browser.ReadAsync("/Uncovered"), StringComparison.Ordinal);
        var form = await browser.ReadAsync($"/DataSources/Create?uncovered={id}");
        Assert.Contains($"value=\"{database}\"", form, StringComparison.Ordinal);
        Assert.Contains("value=\"127.0.0.1\"", form, StringComparison.Ordinal);
        Assert.DoesNotContain(bench.Postgres.SuperuserPassword, form, StringComparison.Ordinal);

        using (var unsaid = await bench.AskAsync(HttpMethod.Post, $"uncovered-databases/{id}/ignore", new JsonObject { ["why"] = "" }))
            Assert.Equal(HttpStatusCode.BadRequest, unsaid.StatusCode);
        await bench.SendAsync(HttpMethod.Post, $"uncovered-databases/{id}/ignore", new JsonObject { ["why"] = "scratch" });
        Assert.DoesNotContain(database, await NamesAsync(""));
        Assert.Contains(database, await NamesAsync("?ignored=true"));
        await bench.SendAsync(HttpMethod.Delete, $"uncovered-databases/{id}/ignore");
        Assert.Contains(database, await NamesAsync(""));
        using var twice = await bench.AskAsync(HttpMethod.Delete, $"uncovered-databases/{id}/ignore");
        Assert.Equal(HttpStatusCode.Conflict, twice.StatusCode);
    }

    private static JsonObject Pause(DateTimeOffset until) =>
        new() { ["enabled"] = false, ["pausedUntil"] = until.ToString("O"), ["pauseReason"] = "migration" };

    private Task<JsonNode> LabelAsync(string path, JsonObject labels) =>
        bench.SendAsync(HttpMethod.Patch, path, new JsonObject { ["labels"] = labels });

    private async Task<List<string>> ListAsync(string path, string field) =>
        [.. (await bench.SendAsync(HttpMethod.Get, path))["list"]!.AsArray().Select(one => one![field]!.GetValue<string>())];

    private async Task<List<string>> NamesAsync(string query)
    {
        var all = await bench.SendAsync(HttpMethod.Get, $"uncovered-databases{query}");
        return [.. all["data"]!.AsArray().Select(u => u!["database"]!.GetValue<string>())];
    }

    private async Task<JsonNode> FindAsync(string database)
    {
        JsonNode? found = null;
        await Support.Until.TrueAsync(async () =>
        {
            var all = await bench.SendAsync(HttpMethod.Get, "uncovered-databases");
            found = all["data"]!.AsArray().SingleOrDefault(u => u!["database"]!.GetValue<string>() == database);
            return found is not null;
        }, $"{database} is found");
        return found!;
    }
}
