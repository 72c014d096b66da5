using System.Text.Json;
using BackupApp.Backups;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Backups;

/// <summary>What a backup lacks is said wherever somebody may look for it.</summary>
[Collection(nameof(RunsOfOneApp))]
public sealed class BackupNotesTests(JobBench bench)
{
    private const string Content = """
        CREATE SCHEMA shop; CREATE TABLE shop.orders (id int); CREATE TABLE public.customers (id int PRIMARY KEY);
        ALTER TABLE shop.orders ADD customer int REFERENCES public.customers;
        CREATE FOREIGN DATA WRAPPER plain; CREATE SERVER elsewhere FOREIGN DATA WRAPPER plain;
        CREATE FOREIGN TABLE shop.stock (n int) SERVER elsewhere;
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Notes_are_on_the_job_its_artifact_the_manifest_and_in_the_API()
    {
        await bench.RequireAsync();
        var database = await bench.Postgres.CreateDatabaseAsync("notes", Content);
        var source = await bench.Client.AddSourceAsync(
            $"notes {Guid.NewGuid():N}",
            "127.0.0.1",
            bench.Postgres.Port,
            database,
            bench.Postgres.Superuser,
            bench.Postgres.SuperuserPassword,
            new() { ["IncludeSchemas"] = "shop" });

        var id = await bench.Client.RunNowAsync(source);
        var status = await bench.Client.FinishedAsync(id);

        Assert.True(status.Status == "success", status.ErrorSummary);
        var job = await bench.JobAsync(id);
        var artifact = Assert.Single(job.Artifacts);
        Assert.Equal(
            [
                "Only the schemas shop, without extensions and large objects.",
                "The rows of one foreign table are not in it, since they are on other servers: shop.stock. "
                + "Back those servers up by data sources of their own.",
                "Before a restore make what the chosen objects need and what is not in it: table public.customers. "
                + "Or choose their schemas too.",
            ],
            artifact.Notes);
        Assert.All(artifact.Notes, note => Assert.Contains(note, job.Warning, StringComparison.Ordinal));
        var text = await File.ReadAllTextAsync(Path.Combine(bench.BackupFolder, artifact.Copy.Key) + BackupManifest.Suffix, Cancel);
        Assert.Equal(artifact.Notes, JsonSerializer.Deserialize<BackupManifest>(text, JsonSerializerOptions.Web)!.Notes);
        using var answer = JsonDocument.Parse(await bench.Client.GetAsync($"/api/v1/datasources/{source}/backups/{id}/artifacts"));
        Assert.Equal(artifact.Notes, answer.RootElement[0].GetProperty("notes").EnumerateArray().Select(note => note.GetString()));
        Assert.Contains("shop.stock", await bench.Client.GetAsync($"/Jobs/{id}"), StringComparison.Ordinal);
    }
}
