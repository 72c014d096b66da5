using BackupApp.Pings;
using BackupApp.Runs;
using BackupApp.Tests.Restores;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Backups;

/// <summary>
/// Nothing that is secret is anywhere but where it was put: searched for in the whole machine's
/// command lines and in everything the app writes.
/// </summary>
[Trait("kind", "slow")]
public sealed partial class SecrecyTests(JobBench bench) : IClassFixture<JobBench>
{
    private readonly string _folder = Directory.CreateTempSubdirectory("backupapp-secrecy-").FullName;

    [Fact]
    public async Task No_secret_is_in_a_command_line_a_log_the_database_a_file_or_a_page()
    {
        bench.RequireServers();
        var settings = (await bench.SettingsAsync(Path.Combine(_folder, "data"))) with { AdminPassword = Unique() };
        var s3 = bench.S3.Settings();
        var (password, wrong, mongo, restoring, ping) = (Unique(), Unique(), Unique(), Unique(), $"{Guid.NewGuid():N}");
        var role = await bench.Postgres.CreateRoleAsync("keeper", password);
        var restorer = await bench.Postgres.CreateRoleAsync("restorer", restoring);
        var database = await bench.Postgres.CreateDatabaseAsync("secrecy");
        await RandomTable.FillAsync(bench.Postgres.ConnectionString(database), 20);
        var others = new Dictionary<string, string>
        {
            ["mistyped database password"] = wrong,
            ["MongoDB password"] = mongo,
            ["S3 secret"] = s3.SecretAccessKey!,
            ["monitor's address"] = ping,
            ["administrator's password"] = settings.AdminPassword,
            ["master key"] = settings.MasterKey,
            ["application database's password"] = bench.Postgres.SuperuserPassword,
        };
        var search = new SecretSearch(
            new Dictionary<string, string>(others) { ["database password"] = password, ["restore login's password"] = restoring });
        var canary = new SecretSearch(new Dictionary<string, string> { ["canary"] = role });
        await using var app = await AppProcess.StartAsync(settings);
        using var client = await AppClient.SignInAsync(app);
        using var commands = new CommandLines(app);

        var bucket = await client.AddS3DestinationAsync("bucket", s3.Endpoint!, s3.Bucket, "team a", s3.AccessKeyId!, s3.SecretAccessKey!);
        var fields = AppClient.Fields("fields", "127.0.0.1", bench.Postgres.Port, database, role, password);
        fields["Input.RestoreLogin.Username"] = restorer;
        fields["Input.RestoreLogin.Password"] = restoring;
        var byFields = await client.AddSourceAsync(fields);
        var byUri = await client.AddSourceAsync("uri", Uri(role, password, database));
        var refused = await client.AddSourceAsync("refused", Uri(role, wrong, database));
        var orders = await AddMongoAsync(client, mongo);
        Guid[] jobs = [await client.RunNowAsync(byFields), await client.RunNowAsync(byUri, bucket), await client.RunNowAsync(refused)];
        string[] ends = [.. await Task.WhenAll(jobs.Select(async job => (await client.FinishedAsync(job)).Status))];
        var restores = await RestoreAsync(client, settings, byFields, jobs[0], Uri(restorer, restoring, "postgres"));
        await PingAsync(client, settings, ping);
        var pages = await PagesAsync(client, [byFields, byUri, refused, orders], jobs, restores, bucket);
        var seen = commands.Stop();
        await app.TerminateAsync();
        var (key, killed) = await KillAsync(settings, fields);

        Assert.Equal(["success", "success", "failed"], ends);
        Assert.True(commands.Rounds > 20, $"Only {commands.Rounds} looks at the processes.");
        var dump = await DumpAsync(settings);
        var places = new Dictionary<string, string>
        {
            ["a command line"] = string.Join('\n', seen),
            ["the log"] = app.Log,
            ["the log of what was killed"] = killed,
            ["the database"] = dump,
            ["a page"] = pages,
        };
        foreach (var secrets in new[] { search, key })
        {
            Assert.Empty(places.SelectMany(place => secrets.Find(place.Key, place.Value)));
            Assert.Empty(secrets.FindInFiles(JobBench.Files(settings.DataDirectory)));
            Assert.Empty(secrets.Find("a private file", PrivateFiles()));
        }

        // The tool of each source knows that source's own password, and nothing else.
        var environments = string.Join('\n', commands.Environments);
        Assert.Empty(new SecretSearch(others).Find("a tool's environment", environments));
        Assert.Contains("PGREQUIREAUTH=scram-sha-256,md5", environments, StringComparison.Ordinal);
        Assert.DoesNotContain("BackupApp__", environments, StringComparison.OrdinalIgnoreCase);
        // The same search finds what is no secret in the same places.
        Assert.NotEmpty(canary.Find("a command line", places["a command line"]));
        Assert.NotEmpty(canary.Find("the database", dump));
        Assert.NotEmpty(canary.Find("a page", pages));
        Assert.NotEmpty(new SecretSearch(new Dictionary<string, string> { ["canary"] = database }).Find("the log", app.Log));
        Assert.NotEmpty(
            new SecretSearch(new Dictionary<string, string> { ["canary"] = database }).FindInFiles(
                JobBench.Files(settings.DataDirectory)));
    }

    [Theory]
    [InlineData("plain", "x{0}y")]
    [InlineData("hex", "\\x{1}")]
    [InlineData("base64", "{2}")]
    public void The_search_sees_through_encodings(string form, string leak)
    {
        const string secret = "correct horse & battery/staple";
        var bytes = System.Text.Encoding.UTF8.GetBytes(secret);
        var text = string.Format(
            System.Globalization.CultureInfo.InvariantCulture,
            leak,
            secret,
            Convert.ToHexStringLower(bytes),
            Convert.ToBase64String([1, 2, .. bytes, 3]));

        Assert.Contains($"it ({form}) in here", new SecretSearch(new Dictionary<string, string> { ["it"] = secret }).Find("here", text));
    }

    /// <summary>By the source's login for restores, and by one that is given for once.</summary>
    private async Task<Guid[]> RestoreAsync(AppClient client, AppSettings settings, Guid source, Guid backup, string login)
    {
        var artifact = Assert.Single((await JobBench.JobAsync(settings, backup)).Artifacts).Id;
        var restores = new List<Guid>();
        foreach (var (where, target) in new[] { ("Beside", ""), ("Server", login) })
        {
            var database = bench.Postgres.Drop($"restored_{Guid.NewGuid():N}");
            var id = await client.RestoreAsync(
                source, artifact, where, new() { ["TargetDatabase"] = database, ["TargetUri"] = target });
            var restored = await RestoreForms.RestoredAsync(settings, id);
            Assert.True(restored.Status == RunStatus.Success, $"{where}: {restored.ErrorSummary}");
            restores.Add(id);
        }

        return [.. restores];
    }

    /// <summary>A monitor that is not there: the failure has its say, too.</summary>
    private static async Task PingAsync(AppClient client, AppSettings settings, string secret)
    {
        var (location, html) = await client.SubmitAsync(
            "/Channels",
            "?handler=Ping",
            new() { ["Input.Url"] = $"http://127.0.0.1:1/ping/{secret}", ["Input.Style"] = "Healthchecks" });
        Assert.True(location is not null, html);
        await Until.TrueAsync(
            async () =>
            {
                await using var db = JobBench.Database(settings);
                return await db.Set<Ping>().AnyAsync(p => p.Answer != null);
            },
            "the monitor was called",
            seconds: 90);
    }

    private static async Task<Guid> AddMongoAsync(AppClient client, string password)
    {
        var (location, html) = await client.SubmitAsync("/DataSources/Create", "", new()
        {
            ["Input.Name"] = "orders",
            ["Input.Engine"] = "Mongodb",
            ["Input.Environment"] = "test",
            ["Input.Mode"] = "ConnectionUri",
            ["Input.Uri"] = $"mongodb://keeper:{System.Uri.EscapeDataString(password)}@127.0.0.1:1/orders",
        });
        Assert.True(location is not null, html);
        return Guid.Parse(location.Split('/')[^1]);
    }

    // With letters that every encoding changes.
    private static string Unique() => $"ü'\"/+&%<{Guid.NewGuid():N}";

    private string Uri(string role, string password, string database) =>
        $"postgresql://{role}:{System.Uri.EscapeDataString(password)}@127.0.0.1:{bench.Postgres.Port}/{database}";

    private static async Task<string> PagesAsync(AppClient client, Guid[] sources, Guid[] jobs, Guid[] restores, Guid bucket)
    {
        IEnumerable<string> paths =
        [
            "/",
            "/DataSources",
            "/Destinations",
            "/Jobs",
            $"/Destinations/Edit/{bucket}",
            "/Channels",
            "/hangfire",
            "/hangfire/jobs/succeeded",
            "/hangfire/servers",
            "/hangfire/recurring",
            "/Audit", "/openapi/v1.json", "/api/v1/datasources", "/api/v1/storage-destinations", "/api/v1/audit-log", "/api/v1/backups",
            .. sources.SelectMany(id => new[] { $"/DataSources/{id}", $"/DataSources/{id}/Settings", $"/DataSources/Edit/{id}" }),
            "/api/v1/notifications/ping", "/Restores",
            .. restores.SelectMany(id => new[] { $"/Restores/{id}", $"/api/v1/restores/{id}" }),
            .. jobs.SelectMany(id => new[] { $"/Jobs/{id}", $"/Jobs/{id}?handler=Status", $"/Jobs/{id}?handler=Live" }),
        ];
        var pages = new List<string>();
        foreach (var path in paths)
            pages.Add(await client.GetAsync(path));
        return string.Join('\n', pages);
    }

    /// <summary>All schemas, Hangfire's included, as text.</summary>
    private async Task<string> DumpAsync(AppSettings settings)
    {
        var database = new Npgsql.NpgsqlConnectionStringBuilder(settings.ConnectionString).Database!;
        var (exitCode, dump) = await Shell.RunAsync("pg_dump", ["--inserts", database], bench.Postgres.ToolEnvironment);
        Assert.True(exitCode == 0, dump);
        Assert.Contains("INSERT INTO hangfire.job ", dump, StringComparison.Ordinal);
        return dump;
    }
}
