using System.Security.Cryptography;
using System.Text.Json;
using BackupApp.Backups;
using BackupApp.Inventories.Kept;
using BackupApp.Runs;
using BackupApp.Tests.Engines.Postgres.Archives;
using BackupApp.Tests.Restores;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Backups;

/// <summary>
/// What is downloaded, through gunzip and pg_restore, is the database that was backed up; and so is what is restored by button.
/// </summary>
[Collection(nameof(RunsOfOneApp))]
public sealed class RestoredBackupTests(JobBench bench)
{
    private readonly string _file = Path.GetTempFileName();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_backup_of_the_sample_database_restores_to_an_equal_one_by_hand_and_by_button()
    {
        await bench.RequireAsync();
        var database = await bench.Postgres.CreateDatabaseAsync("sample");
        await DatabaseContent.PsqlAsync(bench.Postgres.ToolEnvironment, database, "sample-database.sql");
        var source = await bench.AddSourceAsync(database);
        var (schema, content) = await DescribeAsync(database);
        Assert.Contains("CREATE TABLE sales.orders", schema, StringComparison.Ordinal);
        Assert.Contains("table sales.orders 100000 ", content, StringComparison.Ordinal);

        Assert.Equal((schema, content), await DescribeAsync(await BackUpAndRestoreAsync(source, null)));
        Assert.Equal((schema, content), await DescribeAsync(await BackUpAndPressRestoreAsync(source, await bench.AddBucketAsync())));

        await using var db = bench.Database();
        var newest = await db.Set<KeptInventory>().Where(i => i.DataSourceId == source).OrderBy(i => i.TakenAt).LastAsync(Cancel);
        var kept = await db.FindInventoryAsync(newest.ArtifactId, Cancel);
        Assert.Equal(await new DumpedDatabase(bench.Postgres, database).CountsAsync(), DumpedDatabase.Counts(kept!.Inventory!));
    }

    [Fact]
    public async Task The_manifest_beside_the_object_says_what_it_is()
    {
        await bench.RequireAsync();
        var database = await bench.Postgres.CreateDatabaseAsync("sample", "CREATE TABLE t AS SELECT generate_series(1, 1000) AS n");
        var source = await bench.AddSourceAsync(database);

        var id = await SucceedAsync(source, null);

        var job = await bench.JobAsync(id);
        var artifact = Assert.Single(job.Artifacts);
        var path = Path.Combine(bench.BackupFolder, artifact.Copy.Key);
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(path, Cancel)));
        var manifest = JsonSerializer.Deserialize<BackupManifest>(
            await File.ReadAllTextAsync(path + ".json", Cancel),
            JsonSerializerOptions.Web)!;
        Assert.Equal(sha256, manifest.Sha256);
        Assert.Equal(sha256, Convert.ToHexStringLower(artifact.Sha256!));
        Assert.Equal((new FileInfo(path).Length, job.BytesRead), (manifest.Size, manifest.UncompressedSize));
        Assert.Equal((artifact.Size, job.BytesStored), (manifest.Size, manifest.Size));
        Assert.Equal((id, job.DataSourceName, "postgres", database), (manifest.JobId, manifest.Source, manifest.Engine, manifest.Database));
        Assert.Equal((artifact.Copy.Key, "application/gzip", job.StartedAt), (manifest.Key, manifest.ContentType, manifest.StartedAt));
        Assert.Equal((job.ServerVersion, job.ToolVersion), (manifest.ServerVersion, manifest.ToolVersion));
        Assert.Contains($"gunzip -c -- {Path.GetFileName(path)}", manifest.RestoreCommand, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("role:@/% '\"\\ äß日本", "pass:@/% '\"\\ Żółć密码", "data:@/% '\"\\ ñ")]
    [InlineData("postgres://user", "sslmode=disable password=x ?&#+", "dbname=postgres host=nowhere")]
    [InlineData("-U", " leading and trailing ", "--help")]
    public async Task Names_and_passwords_of_any_letters_work_by_fields_and_by_URI_to_both_destinations(
        string role, string password, string database)
    {
        await bench.RequireAsync();
        var user = await bench.Postgres.CreateRoleAsync(role, password);
        var name = await bench.Postgres.CreateDatabaseAsync(database, "CREATE TABLE t AS SELECT generate_series(1, 1000) AS n");
        var content = await DescribeAsync(name);
        var uri =
            $"postgresql://{Uri.EscapeDataString(user)}:{Uri.EscapeDataString(password)}@"
            + $"127.0.0.1:{bench.Postgres.Port}/{Uri.EscapeDataString(name)}";
        var byFields = await bench.Client.AddSourceAsync($"fields {role}", "127.0.0.1", bench.Postgres.Port, name, user, password);
        var byUri = await bench.Client.AddSourceAsync($"URI {role}", uri);
        var bucket = await bench.AddBucketAsync();

        foreach (var source in new[] { byFields, byUri })
        {
            foreach (var destination in new Guid?[] { null, bucket })
                Assert.Equal(content, await DescribeAsync(await BackUpAndRestoreAsync(source, destination)));
        }
    }

    [Fact]
    public async Task The_restore_command_that_is_shown_works_as_it_is()
    {
        await bench.RequireAsync();
        var name = await bench.Postgres.CreateDatabaseAsync(
            "it's \"odd\" $HOME `id` \\", "CREATE TABLE t AS SELECT generate_series(1, 1000) AS n");
        var content = await DescribeAsync(name);
        var id = await SucceedAsync(await bench.AddSourceAsync(name), null);
        var link = await bench.Client.DownloadLinkAsync(id);
        var folder = Directory.CreateTempSubdirectory("backupapp-restore-").FullName;
        await AppClient.DownloadAsync(link, Path.Combine(folder, Uri.UnescapeDataString(link.Segments[^1])));
        await bench.Postgres.ExecuteAsync(
            $"ALTER DATABASE {TestPostgres.Quote(name)} RENAME TO {TestPostgres.Quote(bench.Postgres.Drop($"before {name}"[..60]))}");

        var command = (await bench.Client.StatusAsync(id)).RestoreCommand!;
        var (exitCode, output) = await Shell.RunAsync(
            "bash",
            ["-euc", "set -o pipefail; cd \"$1\"; eval \"$2\"", "bash", folder, command],
            bench.Postgres.ToolEnvironment);

        Assert.True(exitCode == 0, $"{command}\n{output}");
        Assert.Equal(content, await DescribeAsync(name));
        Directory.Delete(folder, recursive: true);
    }

    private async Task<string> BackUpAndRestoreAsync(Guid source, Guid? destination)
    {
        var id = await SucceedAsync(source, destination);
        await AppClient.DownloadAsync(await bench.Client.DownloadLinkAsync(id), _file);
        Assert.Equal(
            Assert.Single((await bench.JobAsync(id)).Artifacts).Sha256,
            SHA256.HashData(await File.ReadAllBytesAsync(_file, Cancel)));
        var restored = await bench.Postgres.CreateDatabaseAsync("restored");
        var (exitCode, output) = await Shell.RunAsync(
            "bash",
            ["-c", "set -o pipefail; gunzip < \"$1\" | pg_restore --exit-on-error --dbname=\"$2\"", "bash", _file, restored],
            bench.Postgres.ToolEnvironment);
        Assert.True(exitCode == 0, output);
        File.Delete(_file);
        return restored;
    }

    private async Task<string> BackUpAndPressRestoreAsync(Guid source, Guid destination)
    {
        var artifact = Assert.Single((await bench.JobAsync(await SucceedAsync(source, destination))).Artifacts);
        var restored = bench.Postgres.Drop($"restored_{Guid.NewGuid():N}");
        var job = await RestoreForms.RestoredAsync(
            bench.App.Settings,
            await bench.Client.RestoreAsync(source, artifact.Id, "Beside", new() { ["TargetDatabase"] = restored }),
            seconds: 240);
        Assert.True(job is { Status: RunStatus.Success, Notes: null }, $"{job.Status} {job.ErrorSummary} {job.Notes}");
        return restored;
    }

    private async Task<Guid> SucceedAsync(Guid source, Guid? destination)
    {
        var id = await bench.Client.RunNowAsync(source, destination);
        var status = await bench.Client.FinishedAsync(id, seconds: 240);
        Assert.True(status.Status == "success", status.ErrorSummary);
        return id;
    }

    private Task<(string Schema, string Content)> DescribeAsync(string database) =>
        DatabaseContent.DescribeAsync(bench.Postgres.ToolEnvironment, database);
}
