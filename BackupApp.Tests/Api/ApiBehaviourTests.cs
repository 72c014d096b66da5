using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using BackupApp.Tests.Accounts;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Api;

/// <summary>What keeps scripts safe: keys for repeated requests, versions, waiting, and errors that say everything at once.</summary>
[Collection(nameof(ApiBehaviour))]
public sealed class ApiBehaviourTests(ApiBench bench) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await bench.RequireAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_session_makes_no_way_in_before_its_password_is_typed_again()
    {
        using var browser = new Visitor(bench.App.Address);
        await browser.SignInAsync(bench.App.Settings.AdminEmail, bench.App.Settings.AdminPassword);
        (HttpMethod Method, string Path, string Json)[] requests =
        [
            (HttpMethod.Post, "/api/v1/tokens", """{"name": "from a session", "role": "viewer"}"""),
            (HttpMethod.Post, "/api/v1/users", """{"email": "friend@example.com", "role": "administrator"}"""),
            (HttpMethod.Patch, $"/api/v1/users/{Guid.NewGuid()}", """{"role": "administrator"}"""),
        ];
        foreach (var request in requests)
        {
            using var refused = await browser.SendJsonAsync(request.Method, request.Path, request.Json);
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
            Assert.Contains("Confirm that it is you first", await TextAsync(refused), StringComparison.Ordinal);
        }

        await browser.ConfirmAsync(password: bench.App.Settings.AdminPassword);
        foreach (var request in requests)
        {
            using var taken = await browser.SendJsonAsync(request.Method, request.Path, request.Json);
            Assert.NotEqual(HttpStatusCode.Forbidden, taken.StatusCode);
        }
    }

    [Fact]
    public async Task The_same_request_with_the_same_key_is_done_once_and_answered_the_same()
    {
        var (source, _) = await bench.ProtectAsync();
        var key = ("Idempotency-Key", $"{Guid.NewGuid()}");
        using var first = await bench.AskAsync(HttpMethod.Post, $"datasources/{source}/backups/run-now", null, key);
        using var again = await bench.AskAsync(HttpMethod.Post, $"datasources/{source}/backups/run-now", null, key);
        Assert.Equal(await TextAsync(first), await TextAsync(again));
        Assert.Equal((first.StatusCode, first.Headers.Location), (again.StatusCode, again.Headers.Location));
        Assert.Equal(["true"], again.Headers.GetValues("Idempotency-Replayed"));
        Assert.Single((await bench.SendAsync(HttpMethod.Get, $"datasources/{source}/backups"))["list"]!.AsArray());
    }

    [Fact]
    public async Task A_key_belongs_to_one_request_and_is_free_again_after_a_refusal()
    {
        var key = ("Idempotency-Key", $"{Guid.NewGuid()}");
        using var refused = await bench.AskAsync(HttpMethod.Post, "datasources", new JsonObject { ["name"] = "x" }, key);
        var body = new JsonObject { ["name"] = $"source {Guid.NewGuid():N}", ["engine"] = "postgres", ["environment"] = "test" };
        using var made = await bench.AskAsync(HttpMethod.Post, "datasources", body, key);
        body["environment"] = "prod";
        using var other = await bench.AskAsync(HttpMethod.Post, "datasources", body, key);
        Assert.Equal(
            (HttpStatusCode.BadRequest, HttpStatusCode.Created, HttpStatusCode.Conflict),
            (refused.StatusCode, made.StatusCode, other.StatusCode));
    }

    [Fact]
    public async Task A_change_of_which_one_part_fails_changes_nothing()
    {
        var (source, _) = await bench.ProtectAsync();
        var database = new Npgsql.NpgsqlConnectionStringBuilder(bench.App.Settings.ConnectionString).Database!;
        await using var app = await bench.Postgres.OpenAsync(database);
        await using (var trigger = new Npgsql.NpgsqlCommand(
            $"""
            create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
            create trigger refuse before update on data_sources for each row
                when (new.id = '{source}' and new.is_active <> old.is_active) execute function refuse();
            """,
            app))
            await trigger.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        var name = (string?)(await bench.SendAsync(HttpMethod.Get, $"datasources/{source}"))["name"];

        var change = new JsonObject { ["name"] = $"{name} 2", ["isActive"] = false };
        using var refused = await bench.AskAsync(HttpMethod.Patch, $"datasources/{source}", change);

        Assert.Equal(HttpStatusCode.InternalServerError, refused.StatusCode);
        Assert.Equal(name, (string?)(await bench.SendAsync(HttpMethod.Get, $"datasources/{source}"))["name"]);
    }

    [Fact]
    public async Task Twins_at_the_same_moment_make_one_backup()
    {
        var (source, _) = await bench.ProtectAsync();
        var key = ("Idempotency-Key", $"{Guid.NewGuid()}");
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => bench.AskAsync(HttpMethod.Post, $"datasources/{source}/backups/run-now", null, key)));
        Assert.All(answers, answer => Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Conflict));
        Assert.Single((await bench.SendAsync(HttpMethod.Get, $"datasources/{source}/backups"))["list"]!.AsArray());
    }

    [Theory]
    [InlineData("datasources")]
    [InlineData("backup-policies")]
    public async Task A_change_of_what_somebody_else_has_changed_since_is_412(string kind)
    {
        var (source, policy) = await bench.ProtectAsync();
        var path = $"{kind}/{(kind == "datasources" ? source : policy)}";
        using var read = await bench.AskAsync(HttpMethod.Get, path);
        var match = ("If-Match", read.Headers.ETag!.ToString());
        using var mine = await bench.AskAsync(HttpMethod.Patch, path, new JsonObject { ["name"] = $"mine {Guid.NewGuid():N}" }, match);
        using var theirs = await bench.AskAsync(HttpMethod.Patch, path, new JsonObject { ["name"] = $"theirs {Guid.NewGuid():N}" }, match);
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.PreconditionFailed), (mine.StatusCode, theirs.StatusCode));
    }

    [Fact]
    public async Task A_policy_takes_a_throttle_in_megabits_and_threads_and_gives_them_up_again()
    {
        var (_, policy) = await bench.ProtectAsync();
        var path = $"backup-policies/{policy}";
        await bench.SendAsync(HttpMethod.Patch, path, new JsonObject { ["throttleMbps"] = 100, ["compressionThreads"] = 2 });
        var limited = await bench.SendAsync(HttpMethod.Get, path);
        Assert.Equal((96, 2), (limited["throttleMbps"]!.GetValue<int>(), limited["compressionThreads"]!.GetValue<int>()));

        using var tooSlow = await bench.AskAsync(HttpMethod.Patch, path, new JsonObject { ["throttleMbps"] = 7 });
        Assert.Equal(HttpStatusCode.BadRequest, tooSlow.StatusCode);
        Assert.Contains("throttleMbps", await TextAsync(tooSlow), StringComparison.Ordinal);

        await bench.SendAsync(HttpMethod.Patch, path, new JsonObject { ["throttleMbps"] = 0, ["compressionThreads"] = 0 });
        var free = await bench.SendAsync(HttpMethod.Get, path);
        Assert.Equal(0, free["throttleMbps"]!.GetValue<int>());
        Assert.Null(free["compressionThreads"]);
    }

    [Fact]
    public async Task A_wait_ends_with_the_change_and_two_hundred_of_them_starve_nobody()
    {
        var (source, _) = await bench.ProtectAsync();
        var job = (await bench.SendAsync(HttpMethod.Post, $"datasources/{source}/backups/run-now"))["jobId"]!.GetValue<string>();
        var watch = new AwakeWatch();
        var waits = Enumerable.Range(0, 200).Select(_ => bench.EndAsync(job)).ToList();
        await bench.SendAsync(HttpMethod.Get, "datasources");
        Assert.All(await Task.WhenAll(waits), status => Assert.Equal("success", status));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(28));
    }

    [Fact]
    public async Task Every_wrong_field_is_named_at_once_in_the_words_of_the_api()
    {
        var body = bench.Protect();
        (body["name"], body["engine"], body["scheduleCron"], body["keepLastN"], body["nonsense"]) = ("", "oracle", "every night", "7", 1);
        body["credential"]!["fields"]!["postgres"]!["port"] = 70_000;
        body["credential"]!["fields"]!["postgres"]!["params"] = new JsonObject { ["sslcert"] = "/etc/passwd" };
        using var answer = await bench.AskAsync(HttpMethod.Post, "datasources/protect", body);
        var fields = JsonNode.Parse(await TextAsync(answer))!["fields"]!.AsObject().Select(f => f.Key).Order();
        Assert.Equal(
            [
                "credential.fields.postgres.params.sslcert", "credential.fields.postgres.port", "engine", "keepLastN",
                "name", "nonsense", "scheduleCron",
            ],
            fields);
    }

    [Fact]
    public async Task A_source_without_credentials_says_so_and_its_backup_fails_with_that_reason()
    {
        var made = await bench.SendAsync(
            HttpMethod.Post,
            "datasources",
            new JsonObject
            {
                ["name"] = $"empty {Guid.NewGuid():N}",
                ["engine"] = "postgres",
                ["environment"] = "test",
            });
        var id = made["id"]!.GetValue<string>();
        Assert.Equal(
            "no_credentials",
            (await bench.SendAsync(HttpMethod.Post, $"datasources/{id}/verify"))["errorCode"]!.GetValue<string>());
        var managed = await bench.SendAsync(HttpMethod.Post, "storage-destinations/managed/ensure", new JsonObject { ["region"] = "here" });
        var run = await bench.SendAsync(
            HttpMethod.Post,
            $"datasources/{id}/backups/run-now",
            new JsonObject { ["destinationId"] = managed["id"]!.GetValue<string>() });
        Assert.Equal("failed", await bench.EndAsync(run["jobId"]!.GetValue<string>()));
        Assert.Equal(
            "no_credentials",
            (await bench.SendAsync(HttpMethod.Get, $"backups/{run["jobId"]}"))["jobErrorCode"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_pages_of_a_source_without_credentials_lead_to_them_and_run_nothing()
    {
        var name = $"bare {Guid.NewGuid():N}";
        var id = (await bench.SendAsync(
            HttpMethod.Post,
            "datasources",
            new JsonObject
            {
                ["name"] = name,
                ["engine"] = "postgres",
                ["environment"] = "test",
            }))["id"]!.GetValue<string>();
        using var person = await AppClient.SignInAsync(bench.App);
        var list = await person.GetAsync("/DataSources");
        Assert.Contains($"href=\"/DataSources/Edit/{id}\"", list, StringComparison.Ordinal);
        Assert.DoesNotContain("<span>:0</span>", list, StringComparison.Ordinal);
        var page = await person.GetAsync($"/DataSources/{id}");
        Assert.Contains("No credentials yet", page, StringComparison.Ordinal);
        Assert.DoesNotContain("handler=RunNow", page, StringComparison.Ordinal);
        Assert.DoesNotContain("handler=Test", page, StringComparison.Ordinal);
        Assert.Contains("value=\"5432\"", await person.GetAsync($"/DataSources/Edit/{id}"), StringComparison.Ordinal);
    }

    private static Task<string> TextAsync(HttpResponseMessage answer) =>
        answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
}
