using System.Security.Cryptography;
using System.Text.Json;
using BackupApp.Backups;
using BackupApp.Engines;
using BackupApp.Errors;
using BackupApp.Inventories.Changes;
using BackupApp.Runs;
using BackupApp.Stored.Scan;
using BackupApp.Tests.Support;
using BackupApp.Tools;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Backups;

/// <summary>A whole server is backed up with what can be had of it, and what is downloaded makes an equal server.</summary>
[Trait("kind", "slow")]
public sealed class ServerBackupTests(JobBench bench) : IClassFixture<JobBench>
{
    private readonly string _folder = Directory.CreateTempSubdirectory("backupapp-server-").FullName;

    [Fact]
    public async Task A_server_with_one_database_that_refuses_gives_a_partial_backup_of_all_the_others_which_restores()
    {
        await bench.RequireAsync();
        await using var server = await SampleServer.StartAsync();
        var bucket = await bench.AddBucketAsync();
        var source = await bench.Client.AddServerAsync($"server {Guid.NewGuid():N}", server.Port, "postgres", "backup", "pw");

        var id = await bench.Client.RunNowAsync(source, bucket);
        var status = await bench.Client.FinishedAsync(id);

        var job = await bench.JobAsync(id);
        Assert.True(status.Status == "partial", status.ErrorSummary);
        Assert.Equal((RunStage.Connect, "privileges_missing"), (job.ErrorStage, job.ErrorCode));
        Assert.Contains(
            "1 of 6 parts could not be backed up. closed: The role \"backup\" may not connect to \"closed\".",
            job.ErrorSummary,
            StringComparison.Ordinal);
        Assert.Contains("GRANT CONNECT ON DATABASE \"closed\" TO \"backup\";", job.ErrorSummary, StringComparison.Ordinal);
        var parts = job.Artifacts.OrderBy(a => a.Position).ToList();
        Assert.Equal(["globals", "Shop", "closed", "crm", "postgres", "shop"], parts.Select(p => p.Database));
        Assert.Equal(["closed"], parts.Where(p => p.Status == ArtifactStatus.Failed).Select(p => p.Database));
        Assert.All(
            parts.Where(p => p.Database != "closed"),
            p =>
                Assert.True(
                    p is { Status: ArtifactStatus.Success, Copy: { State: CopyState.Stored, UploadId: null }, Size: > 0, BytesRead: > 0 }));
        Assert.Equal((parts.Sum(p => p.Size ?? 0), parts.Sum(p => p.BytesRead ?? 0)), (job.BytesStored, job.BytesRead));
        Assert.Matches("^pg_dump [0-9]", job.ToolVersion);
        Assert.Equal(16, (await bench.LeftoversAsync(id)).Count); // Five objects, their manifests and inventories, and the script.
        Assert.Contains("without their passwords", job.Warning, StringComparison.Ordinal);
        await AssertManifestAsync(parts[0]);
        var page = System.Net.WebUtility.HtmlDecode(await bench.Client.GetAsync($"/Jobs/{id}"));
        Assert.Contains(">GRANT CONNECT ON DATABASE \"closed\" TO \"backup\";</pre>", page, StringComparison.Ordinal);
        Assert.Contains("backed up: closed.", await bench.Client.GetAsync($"/DataSources/{source}/Contents"), StringComparison.Ordinal);

        await AssertNothingIsUnknownAsync(bucket);
        await RestoreAndCompareAsync(server, id, parts);
        await AssertAllGoTogetherAsync(id, job.BytesStored);
    }

    [Fact]
    public async Task A_superusers_globals_hold_the_passwords_and_a_new_database_is_included_by_itself()
    {
        await bench.RequireAsync();
        await using var server = await TestCluster.StartAsync(SampleServer.Anyone);
        await server.ExecuteAsync($"ALTER ROLE postgres PASSWORD '{TestCluster.SuperuserPassword}'");
        await server.ExecuteAsync("CREATE DATABASE unwanted");
        var source = await bench.Client.AddServerAsync(
            $"server {Guid.NewGuid():N}",
            server.Port,
            "postgres",
            TestCluster.Superuser,
            TestCluster.SuperuserPassword,
            new() { ["ExcludeDatabases"] = "unwanted\r\nno longer there" });
        await server.ExecuteAsync("CREATE DATABASE half");
        // As an interrupted DROP DATABASE leaves it.
        await server.ExecuteAsync("UPDATE pg_database SET datconnlimit = -2 WHERE datname = 'half'");
        await server.ExecuteAsync("CREATE DATABASE shop_before_20261101_020000");
        var first = await SucceedAsync(source);
        Assert.Contains("restores made or kept them: shop_before_20261101_020000.", first.Warning, StringComparison.Ordinal);
        Assert.Contains(
            "nothing of them can be read: half. Drop them as superuser: DROP DATABASE \"half\";",
            first.Warning,
            StringComparison.Ordinal);

        await server.ExecuteAsync("DROP DATABASE \"half\"");
        await server.ExecuteAsync("DROP DATABASE shop_before_20261101_020000");
        await server.ExecuteAsync("CREATE DATABASE \"dbname=template1 host=nowhere\"");
        var second = await SucceedAsync(source);

        Assert.Equal(["globals", "postgres"], first.Artifacts.OrderBy(a => a.Position).Select(a => a.Database));
        Assert.Equal(
            ["globals", "dbname=template1 host=nowhere", "postgres"],
            second.Artifacts.OrderBy(a => a.Position).Select(a => a.Database));
        Assert.Null(second.Warning);
        Assert.NotNull(second.ExpectedBytes);
        var globals = await DownloadAsync(second.Id, second.Artifacts.Single(a => a.Kind == ArtifactKind.Globals));
        var (_, sql) = await Shell.RunAsync("gunzip", ["-c", globals]);
        Assert.Contains("PASSWORD 'SCRAM-SHA-256$", sql, StringComparison.Ordinal);

        await server.ExecuteAsync("DROP DATABASE \"dbname=template1 host=nowhere\"");
        await AssertLossIsToldUntilItWasMeantAsync(source);
    }

    // What is gone stays gone: the run after it says it too.
    private async Task AssertLossIsToldUntilItWasMeantAsync(Guid source)
    {
        foreach (var _ in Enumerable.Range(0, 2))
            Assert.Equal(
                [(WarningRule.DatabaseGone, "The database dbname=template1 host=nowhere is gone; the backup before had it")],
                (await WarningsAsync((await SucceedAsync(source)).Id)).Select(w => (w.Rule, w.Text)));
        var last = await SucceedAsync(source);
        var form = new Dictionary<string, string> { ["warningId"] = "", ["why"] = "it was dropped" };
        await bench.Client.SubmitAsync($"/Jobs/{last.Id}/Contents", "?handler=Silence", form);
        Assert.Empty(await WarningsAsync((await SucceedAsync(source)).Id));
    }

    private async Task<List<ContentWarning>> WarningsAsync(Guid job)
    {
        await using var db = bench.Database();
        return await db.Set<ContentWarning>().Where(w => w.JobId == job).ToListAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_server_of_which_nothing_can_be_had_is_a_failure_that_leaves_nothing()
    {
        await bench.RequireAsync();
        await using var server = await SampleServer.StartAsync();
        var source = await bench.Client.AddServerAsync(
            $"server {Guid.NewGuid():N}",
            server.Port,
            "postgres",
            "backup",
            "pw",
            new() { ["ExcludeDatabases"] = string.Join('\n', [.. SampleServer.Good, "closed"]) });

        var id = await bench.Client.RunNowAsync(source);
        await bench.Client.FinishedAsync(id);

        var job = await bench.JobAsync(id);
        Assert.Equal((RunStatus.Failed, RunStage.Connect, "database_not_found"), (job.Status, job.ErrorStage, job.ErrorCode));
        Assert.Empty(job.Artifacts);
        Assert.Empty(await bench.LeftoversAsync(id));
    }

    /// <summary>By the script, on a server that is empty.</summary>
    private async Task RestoreAndCompareAsync(TestCluster server, Guid job, List<BackupArtifact> parts)
    {
        await using var next = await TestCluster.StartWithPasswordAsync();
        var (own, before) = (await PasswordAsync(next), await SampleServer.DescribeAsync(server));
        foreach (var part in parts.Where(p => p.Status == ArtifactStatus.Success))
            Assert.Equal(
                part.Sha256,
                SHA256.HashData(await File.ReadAllBytesAsync(await DownloadAsync(job, part), TestContext.Current.CancellationToken)));
        var script = await bench.Client.GetAsync($"/Jobs/{job}?handler=Script");
        Assert.Equal(script, await ReadStoredAsync(ObjectNames.ScriptKey(parts[0].Copy.Key)));

        var (exitCode, output) = await RunAsync(script, next);

        Assert.True(exitCode == 0, output);
        Assert.Contains("This backup does not hold closed", output, StringComparison.Ordinal);
        Assert.Equal(before, await SampleServer.DescribeAsync(next));
        Assert.Equal(own, await PasswordAsync(next));
        foreach (var database in SampleServer.Good)
            Assert.Equal(
                await DatabaseContent.DescribeAsync(server.ToolEnvironment, database),
                await DatabaseContent.DescribeAsync(next.ToolEnvironment, database));

        var (again, complaint) = await RunAsync(script, next);
        Assert.Equal(
            (1, true),
            (again, complaint.Contains("The server has these databases already: Shop crm shop", StringComparison.Ordinal)));
        await File.AppendAllTextAsync(Path.Combine(_folder, parts[1].FileName), "x", TestContext.Current.CancellationToken);
        Assert.Contains($"{parts[1].FileName} is not what was stored", (await RunAsync(script, next)).Output, StringComparison.Ordinal);
    }

    private async Task<(int ExitCode, string Output)> RunAsync(string script, TestCluster server)
    {
        var path = Path.Combine(_folder, "restore.sh");
        await File.WriteAllTextAsync(path, script, TestContext.Current.CancellationToken);
        return await Shell.RunAsync("bash", [path], server.ToolEnvironment);
    }

    private static async Task<string> PasswordAsync(TestCluster server) =>
        (await Shell.RunAsync(
            "psql",
            ["-XAtd", "template1", "-c", "SELECT rolpassword FROM pg_authid WHERE rolname = 'postgres'"],
            server.ToolEnvironment)).Output;

    private async Task<string> ReadStoredAsync(string key)
    {
        using var store = bench.S3.Store();
        await using var content = await store.OpenReadAsync(key, null, 0, TestContext.Current.CancellationToken);
        using var reader = new StreamReader(content);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    private async Task AssertNothingIsUnknownAsync(Guid destination)
    {
        await Messages.RunToEndAsync<DestinationScanner>(
            bench.App.Settings,
            worker => worker.LookAsync(destination, CancellationToken.None));
        await using var db = bench.Database();
        var look = await db.Set<DestinationScan>()
            .AsNoTracking()
            .SingleAsync(l => l.DestinationId == destination, TestContext.Current.CancellationToken);
        Assert.Equal((16, 0), (look.Objects, look.Unknown));
    }

    private async Task AssertManifestAsync(BackupArtifact globals)
    {
        using var store = bench.S3.Store();
        await using var content = await store.OpenReadAsync(
            globals.Copy.Key + BackupManifest.Suffix, null, 0, TestContext.Current.CancellationToken);
        var manifest = (await JsonSerializer.DeserializeAsync<BackupManifest>(
            content,
            JsonSerializerOptions.Web,
            TestContext.Current.CancellationToken))!;
        Assert.Equal(("globals", globals.Size, globals.BytesRead), (manifest.Kind, manifest.Size, manifest.UncompressedSize));
        Assert.Matches("^pg_dumpall [0-9]", manifest.ToolVersion);
        Assert.Contains("without their passwords", manifest.Note, StringComparison.Ordinal);
        Assert.EndsWith(".sql.gz", globals.Copy.Key, StringComparison.Ordinal);
    }

    private async Task AssertAllGoTogetherAsync(Guid id, long bytes)
    {
        await bench.Client.SubmitAsync($"/Jobs/{id}", "?handler=Delete", []);
        await Until.TrueAsync(async () => (await bench.JobAsync(id)).DeletedAt is not null, "the backup is deleted", seconds: 90);

        Assert.Equal(bytes, (await bench.JobAsync(id)).BytesFreed);
        Assert.Empty(await bench.LeftoversAsync(id));
    }

    private async Task<BackupJob> SucceedAsync(Guid source)
    {
        var id = await bench.Client.RunNowAsync(source);
        var status = await bench.Client.FinishedAsync(id);
        Assert.True(status.Status == "success", status.ErrorSummary);
        return await bench.JobAsync(id);
    }

    private async Task<string> DownloadAsync(Guid job, BackupArtifact part)
    {
        var file = Path.Combine(_folder, part.FileName);
        await AppClient.DownloadAsync(await bench.Client.DownloadLinkAsync(job, part.Id), file);
        return file;
    }
}
