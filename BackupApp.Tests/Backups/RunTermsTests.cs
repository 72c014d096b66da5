using System.Security.Cryptography;
using System.Text.Json;
using BackupApp.Backups;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Policies;
using BackupApp.Streams;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Backups;

/// <summary>What a policy says about compression, speed and threads reaches the run.</summary>
[Collection(nameof(RunsOfOneApp))]
public sealed class RunTermsTests(JobBench bench)
{
    private const string Rows = "CREATE TABLE t AS SELECT n, repeat('x', 1000) AS words FROM generate_series(1, 5000) AS n";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_compression_the_dump_is_stored_as_the_tool_wrote_it_and_says_so_everywhere()
    {
        await bench.RequireAsync();
        var database = await bench.Postgres.CreateDatabaseAsync("plain", Rows);

        foreach (var destination in new[] { StorageDestination.ManagedId, await bench.AddBucketAsync() })
        {
            var job = await RunAsync(database, Terms(destination) with { CompressionLevel = null });

            var artifact = Assert.Single(job.Artifacts);
            Assert.Equal((destination, StoredForm.AsWritten), (artifact.Copy.DestinationId, artifact.Form));
            Assert.EndsWith($"_{job.Id:N}.dump", artifact.Copy.Key, StringComparison.Ordinal);
            Assert.Equal((job.BytesRead, job.BytesRead), (job.BytesStored, artifact.Size!.Value));
            var folder = Directory.CreateTempSubdirectory("backupapp-plain-");
            var file = await DownloadAsync(job, folder, "application/octet-stream");
            Assert.Equal("PGDMP"u8.ToArray(), (await File.ReadAllBytesAsync(file, Cancel))[..5]);
            await RestoreAsync(database, (await bench.Client.StatusAsync(job.Id)).RestoreCommand!, folder);
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task The_manifest_of_a_dump_that_is_not_compressed_names_its_type_and_its_command()
    {
        await bench.RequireAsync();

        var job = await RunAsync(await bench.Postgres.CreateDatabaseAsync("plain", Rows), Terms() with { CompressionLevel = null });

        var path = Path.Combine(bench.BackupFolder, Assert.Single(job.Artifacts).Copy.Key);
        var manifest = JsonSerializer.Deserialize<BackupManifest>(
            await File.ReadAllTextAsync(path + ".json", Cancel),
            JsonSerializerOptions.Web)!;
        Assert.Equal(
            ("application/octet-stream", job.BytesRead, job.BytesRead),
            (manifest.ContentType, manifest.Size, manifest.UncompressedSize));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(path, Cancel))), manifest.Sha256);
        Assert.DoesNotContain("gunzip", manifest.RestoreCommand, StringComparison.Ordinal);
        Assert.Contains($"-- {Path.GetFileName(path)}", manifest.RestoreCommand, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rate_limit_holds_and_the_number_of_threads_is_copied()
    {
        await bench.RequireAsync();

        var job = await RunAsync(
            await bench.Postgres.CreateDatabaseAsync("slow", Rows), Terms() with { RateLimit = 2, CompressionThreads = 1 });

        // The first half second's worth passes at once.
        Assert.InRange(job.BytesRead, 5_000_000, 7_000_000);
        Assert.InRange(job.Duration!.Value.TotalSeconds, (job.BytesRead - 1_000_000) / 2_000_000.0, 30);
        Assert.Equal((2, 1), (job.RateLimit, job.CompressionThreads));
        Assert.Contains("2 MB/s", await bench.Client.GetAsync($"/Jobs/{job.Id}"), StringComparison.Ordinal);
    }

    private static PolicyTerms Terms(Guid? destination = null) =>
        new("0 0 1 1 *", "UTC", 0, 0, destination ?? StorageDestination.ManagedId, 6, null, false);

    private async Task<BackupJob> RunAsync(string database, PolicyTerms terms)
    {
        var source = await bench.AddSourceAsync(database);
        await using var db = bench.Database();
        var policy = BackupPolicy.Create($"{Guid.NewGuid()}", terms, DateTimeOffset.UtcNow);
        db.Add(policy);
        db.Add(
            PolicyAttachment.Create(
                policy,
                await db.Set<DataSource>().SingleAsync(s => s.Id == source, Cancel),
                enabled: true,
                0,
                DateTimeOffset.UtcNow));
        await db.SaveChangesAsync(Cancel);

        var id = await bench.Client.RunPolicyAsync(source, policy.Id);
        var status = await bench.Client.FinishedAsync(id);
        Assert.True(status.Status == "success", status.ErrorSummary);
        return await bench.JobAsync(id);
    }

    private async Task<string> DownloadAsync(BackupJob job, DirectoryInfo folder, string type)
    {
        var link = await bench.Client.DownloadLinkAsync(job.Id);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var answer = await http.GetAsync(link, Cancel);
        Assert.Equal(type, answer.Content.Headers.ContentType?.MediaType);
        var path = Path.Combine(
            folder.FullName,
            answer.Content.Headers.ContentDisposition!.FileNameStar ?? answer.Content.Headers.ContentDisposition.FileName!);
        await File.WriteAllBytesAsync(path, await answer.Content.ReadAsByteArrayAsync(Cancel), Cancel);
        return path;
    }

    private async Task RestoreAsync(string database, string command, DirectoryInfo folder)
    {
        await bench.Postgres.ExecuteAsync(
            $"ALTER DATABASE {TestPostgres.Quote(database)} RENAME TO "
            + $"{TestPostgres.Quote(bench.Postgres.Drop($"before_{Guid.NewGuid():N}"))}");
        var (exitCode, output) = await Shell.RunAsync(
            "bash",
            ["-euc", "set -o pipefail; cd \"$1\"; eval \"$2\"", "bash", folder.FullName, command],
            bench.Postgres.ToolEnvironment);
        Assert.True(exitCode == 0, $"{command}\n{output}");
        Assert.Equal(5000, await bench.Postgres.ScalarAsync<long>("SELECT count(*) FROM t", database));
    }
}
