using System.Net;
using System.Text.RegularExpressions;
using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Restores;
using BackupApp.Runs;
using BackupApp.Tests.Backups;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Restores;

/// <summary>A whole server, or some of its databases, restored at once to another one, through the whole app with real servers.</summary>
[Collection(nameof(BackupsOfOneApp))]
public sealed class ServerRestoreTests(JobBench bench)
{
    private static readonly string[] Five = ["Shop", "closed", "crm", "postgres", "shop"];

    private const string HalfMade = "SELECT 1 FROM pg_database WHERE datname ~ '_(restoring|before)_'";

    [Fact]
    public async Task Five_databases_with_roles_and_owners_come_to_an_empty_server_though_one_fails_at_first()
    {
        await bench.RequireAsync();
        await using var server = await StartAsync();
        await using var next = await TestCluster.StartWithPasswordAsync();
        var (source, backup) = await BackedUpAsync(server, null, bench.Client, bench.App.Settings);
        var described = await SampleServer.DescribeAsync(server);
        var crm = backup.Artifacts.Single(a => a.Database == "crm");
        var file = Path.Combine(bench.BackupFolder, crm.Copy.Key);
        var whole = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(file, [.. whole[..^5], (byte)(whole[^5] ^ 1), .. whole[^4..]], TestContext.Current.CancellationToken);

        var page = await CheckAsync(source, backup, next, Five);
        Assert.Contains("\"postgres\" is there and empty, as on every server: it is replaced.", page, StringComparison.Ordinal);
        Assert.Contains("There is no database \"Shop\" yet.", page, StringComparison.Ordinal);
        Assert.Single(Regex.Matches(page, "The login may create databases\\."));
        Assert.Contains("Restore the server", page, StringComparison.Ordinal);
        var first = await RestoreAsync(source, backup, next, ["globals", .. Five]);

        Assert.True(first.Status == RunStatus.Partial, $"{first.ErrorSummary} {first.ToolLog}");
        Assert.Equal(DumpReadException.Damaged, first.ErrorCode);
        Assert.StartsWith("1 of 6 parts could not be restored. crm: ", first.ErrorSummary, StringComparison.Ordinal);
        Assert.Equal(["crm"], first.Parts!.All.Where(p => p.Status != RunStatus.Success).Select(p => p.Database));
        Assert.Equal((5, 5, 20000L), (first.Parts.Databases, first.Parts.DatabasesDone, first.Parts.All[^1].Rows));
        Assert.Contains(first.Parts.All[0].Notes, n => n.Contains("role postgres", StringComparison.Ordinal));
        Assert.Contains("role postgres", first.ToolLog, StringComparison.Ordinal);
        Assert.Null(first.TargetCipher);
        Assert.False(await next.AnyAsync(HalfMade));
        Assert.False(await next.AnyAsync("SELECT 1 FROM pg_database WHERE datname = 'crm'"));

        await File.WriteAllBytesAsync(file, whole, TestContext.Current.CancellationToken);
        var taken = await CheckAsync(source, backup, next, ["shop", "crm"]);
        Assert.Contains("There is a database \"shop\" already.", taken, StringComparison.Ordinal);
        Assert.DoesNotContain("Restore the server", taken, StringComparison.Ordinal);
        var refused = await RestoreAsync(source, backup, next, ["shop", "crm"]);
        Assert.Equal((RunStatus.Failed, "database_already_exists"), (refused.Status, refused.ErrorCode));
        Assert.False(await next.AnyAsync("SELECT 1 FROM pg_database WHERE datname = 'crm'"));
        var second = await RestoreAsync(source, backup, next, ["globals", "crm"]);

        Assert.True(second.Status == RunStatus.Success, $"{second.ErrorSummary} {second.ToolLog}");
        Assert.Equal(described, await SampleServer.DescribeAsync(next));
        foreach (var database in Five)
            Assert.Equal(
                await DatabaseContent.DescribeAsync(server.ToolEnvironment, database),
                await DatabaseContent.DescribeAsync(next.ToolEnvironment, database));
        Assert.False(await next.AnyAsync(HalfMade));
        var details = WebUtility.HtmlDecode(await bench.Client.GetAsync($"/Restores/{first.Id}"));
        Assert.Contains("5 of 5 databases", details, StringComparison.Ordinal);
        Assert.Contains("vacuumdb --all", details, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_that_is_killed_in_the_middle_leaves_what_was_whole_and_nothing_half_made()
    {
        await bench.RequireAsync();
        var settings = (await bench.SettingsAsync()) with { Variables = Impatient };
        await using var app = await AppProcess.StartAsync(settings.Patient());
        using var client = await AppClient.SignInAsync(app);
        await using var server = await StartAsync();
        await using var next = await TestCluster.StartWithPasswordAsync();
        await using var proxy = await FaultyProxy.StartAsync(bench.S3.Settings().Endpoint!);
        var bucket = await bench.AddBucketAsync(endpoint: proxy.Address, client: client);
        var (source, backup) = await BackedUpAsync(server, bucket, client, settings);
        var gate = HoldFilling(proxy, backup, "crm");
        var id = await StartAsync(client, source, backup, next, ["globals", "Shop", "crm", "shop"]);
        await gate.Reached;
        Assert.True(await next.AnyAsync(HalfMade));

        await app.KillAsync();
        gate.Release();
        await using var again = await AppProcess.StartAsync(settings);

        var job = await RestoreForms.RestoredAsync(settings, id);
        Assert.Equal((RunStatus.Partial, "worker_lost"), (job.Status, job.ErrorCode));
        Assert.Equal(["success", "success", "failed", "failed"], job.Parts!.All.Select(p => $"{p.Status}".ToLowerInvariant()));
        Assert.Null(job.TargetCipher);
        Assert.False(await next.AnyAsync(HalfMade));
        Assert.True(await next.AnyAsync("SELECT 1 FROM other", "Shop"));
    }

    [Fact]
    public async Task A_cancel_in_the_middle_keeps_what_is_whole_and_nothing_half_made()
    {
        await bench.RequireAsync();
        await using var server = await StartAsync();
        await using var next = await TestCluster.StartWithPasswordAsync();
        await using var proxy = await FaultyProxy.StartAsync(bench.S3.Settings().Endpoint!);
        var bucket = await bench.AddBucketAsync(endpoint: proxy.Address);
        var (source, backup) = await BackedUpAsync(server, bucket, bench.Client, bench.App.Settings);
        var gate = HoldFilling(proxy, backup, "crm");
        var id = await StartAsync(bench.Client, source, backup, next, ["globals", "Shop", "crm", "shop"]);
        await gate.Reached;

        await bench.Client.SubmitAsync($"/Restores/{id}", "?handler=Cancel", []);

        var job = await RestoreForms.RestoredAsync(bench.App.Settings, id);
        gate.Release();
        Assert.Equal((RunStatus.Canceled, CancelReason.User), (job.Status, job.CancelReason));
        Assert.Equal(["success", "success", "canceled", "canceled"], job.Parts!.All.Select(p => $"{p.Status}".ToLowerInvariant()));
        Assert.Null(job.TargetCipher);
        Assert.Equal(AuditActions.RestoreCanceled, (await JobBench.AuditAsync(bench.App.Settings, id))[^1]);
        Assert.False(await next.AnyAsync(HalfMade));
        Assert.False(await next.AnyAsync("SELECT 1 FROM pg_database WHERE datname IN ('crm', 'shop')"));
        Assert.True(await next.AnyAsync("SELECT 1 FROM other", "Shop"));
    }

    [Fact]
    public async Task A_part_of_an_older_backup_is_restored_from_the_link_to_it()
    {
        await bench.RequireAsync();
        await using var server = await TestCluster.StartWithPasswordAsync();
        await server.ExecuteAsync("CREATE TABLE notes AS SELECT 1 AS n");
        await server.ExecuteAsync("CREATE DATABASE other");
        await server.ExecuteAsync("CREATE TABLE others AS SELECT 1 AS n", "other");
        var source = await bench.Client.AddServerAsync(
            $"server {Guid.NewGuid():N}", server.Port, "postgres", TestCluster.Superuser, TestCluster.SuperuserPassword);
        var older = await BackUpAsync(source, null, bench.Client, bench.App.Settings);
        await server.ExecuteAsync("TRUNCATE notes");
        var newer = await BackUpAsync(source, null, bench.Client, bench.App.Settings);
        // Of several databases the one that lost the table is named.
        Assert.Contains(
            $"/Restores/Create?before={newer.Id}&database=postgres&schema=public&table=notes",
            WebUtility.HtmlDecode(await bench.Client.GetAsync($"/Jobs/{newer.Id}")),
            StringComparison.Ordinal);
        var part = older.Artifacts.Single(a => a.Database == "postgres").Id;
        var page = $"/Restores/Create?artifact={part}";
        var chosen = new Dictionary<string, string>
        {
            ["Input.What"] = $"{part}",
            ["Input.Where"] = "Beside",
            ["Input.TargetDatabase"] = "as_it_was",
        };

        var shown = await bench.Client.GetAsync(page);
        var (_, asked) = await bench.Client.SubmitAsync(page, "&handler=Check", HiddenFields(shown).Concat(chosen).ToDictionary());
        Assert.Contains("Restore into as_it_was", WebUtility.HtmlDecode(asked), StringComparison.Ordinal);
        // The last button's form goes to the page without any parameter: all that was chosen is in its fields.
        var (location, html) = await bench.Client.SubmitAsync("/", "Restores/Create", HiddenFields(asked).Concat(chosen).ToDictionary());

        Assert.True(location is not null, html);
        var job = await RestoreForms.RestoredAsync(bench.App.Settings, Guid.Parse(location.Split('/')[^1]));
        Assert.True(job.Status == RunStatus.Success, $"{job.ErrorSummary} {job.ToolLog}");
        Assert.Equal((older.Id, part), (job.SourceBackupId, job.ArtifactId));
        Assert.True(await server.AnyAsync("SELECT 1 FROM notes", "as_it_was"));
    }

    /// <summary>What the wizard's form sends without being filled in.</summary>
    private static Dictionary<string, string> HiddenFields(string page)
    {
        var form = page[page.LastIndexOf("<form method=\"post\"", StringComparison.Ordinal)..];
        return Regex.Matches(form, "<input type=\"hidden\"[^>]* name=\"([^\"]+)\" value=\"([^\"]*)\"")
            .Where(field => !field.Groups[1].Value.StartsWith("__", StringComparison.Ordinal))
            .ToDictionary(field => field.Groups[1].Value, field => WebUtility.HtmlDecode(field.Groups[2].Value));
    }

    /// <summary>Holds the read that fills a database: by then it is there under its passing name, and empty.</summary>
    private static Gate HoldFilling(FaultyProxy proxy, BackupJob backup, string database)
    {
        var file = Path.GetFileName(backup.Artifacts.Single(a => a.Database == database).Copy.Key);
        var reads = 0;
        // The first is for the list of contents.
        return Gate.Hold(proxy, (method, target) =>
            method == "GET" && target.Contains(file, StringComparison.Ordinal) && Interlocked.Increment(ref reads) == 2);
    }

    private static Dictionary<string, string> Impatient { get; } = new()
    {
        ["BackupApp__Backups__HeartbeatInterval"] = "00:00:00.200",
        ["BackupApp__Backups__HeartbeatTimeout"] = "00:00:04",
        ["BackupApp__Backups__ReaperInterval"] = "1",
    };

    private static async Task<TestCluster> StartAsync()
    {
        var server = await SampleServer.StartAsync();
        await server.ExecuteAsync("GRANT CONNECT ON DATABASE closed TO backup");
        return server;
    }

    private static async Task<(Guid Source, BackupJob Backup)> BackedUpAsync(
        TestCluster server, Guid? destination, AppClient client, AppSettings settings)
    {
        var source = await client.AddServerAsync($"server {Guid.NewGuid():N}", server.Port, "postgres", "backup", "pw");
        return (source, await BackUpAsync(source, destination, client, settings));
    }

    private static async Task<BackupJob> BackUpAsync(Guid source, Guid? destination, AppClient client, AppSettings settings)
    {
        var id = await client.RunNowAsync(source, destination);
        var status = await client.FinishedAsync(id);
        Assert.True(status.Status == "success", status.ErrorSummary);
        return await JobBench.JobAsync(settings, id);
    }

    private async Task<string> CheckAsync(Guid source, BackupJob backup, TestCluster target, string[] databases) => WebUtility.HtmlDecode(
        await bench.Client.CheckAsync(source, WizardWhole, "Server", Fields(backup, target, databases)));

    private async Task<RestoreJob> RestoreAsync(Guid source, BackupJob backup, TestCluster target, string[] databases) =>
        await RestoreForms.RestoredAsync(bench.App.Settings, await StartAsync(bench.Client, source, backup, target, databases));

    private static Task<Guid> StartAsync(AppClient client, Guid source, BackupJob backup, TestCluster target, string[] databases) =>
        client.RestoreAsync(source, WizardWhole, "Server", Fields(backup, target, databases));

    private static Guid WizardWhole => BackupApp.Pages.Restores.WizardInput.WholeServer;

    private static Dictionary<string, string> Fields(BackupJob backup, TestCluster target, string[] databases)
    {
        var fields = new Dictionary<string, string>
        {
            ["TargetUri"] = $"postgres://{TestCluster.Superuser}:{TestCluster.SuperuserPassword}@127.0.0.1:{target.Port}/postgres",
        };
        foreach (var (i, artifact) in backup.Artifacts.Where(a => databases.Contains(a.Database)).Index())
            fields[$"Parts[{i}]"] = artifact.Id.ToString();
        return fields;
    }
}
