using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Destinations;
using BackupApp.Errors;
using BackupApp.Runs;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Backups;

/// <summary>
/// A worker vanishes at every awkward moment; another process's reaper decides, and nothing may be left that is not a good backup.
/// </summary>
[Trait("kind", "slow")]
public sealed class ReaperTests(JobBench bench) : IClassFixture<JobBench>
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_worker_killed_in_mid_dump_leaves_a_failed_job_and_nothing_else(bool toBucket)
    {
        bench.RequireServers();
        await using var relay = bench.Relay();
        var settings = await Reaping.SettingsAsync(bench);
        await using var app = await AppProcess.StartAsync(settings.Patient());
        using var client = await AppClient.SignInAsync(app);
        var source = await bench.AddSourceAsync(await bench.NoiseAsync(), relay.Port, client);
        var job = await bench.StartAsync(source, toBucket ? await bench.AddBucketAsync(client: client) : null, client);

        await app.KillAsync();
        await using var next = await AppProcess.StartAsync(settings);

        var ended = await Reaping.EndedAsync(settings, job);
        Assert.Equal((RunStatus.Failed, RunStage.Worker, "worker_lost"), (ended.Status, ended.ErrorStage, ended.ErrorCode));
        Assert.Empty(await bench.LeftoversAsync(job));
        Assert.Equal(
            [AuditActions.BackupManualRun, AuditActions.BackupStarted, AuditActions.BackupReapedStuck],
            await JobBench.AuditAsync(settings, job));
    }

    [Fact]
    public async Task A_worker_killed_right_after_the_object_was_completed_leaves_a_success()
    {
        bench.RequireServers();
        var settings = await Reaping.SettingsAsync(bench);
        await using var proxy = await FaultyProxy.StartAsync(bench.S3.Settings().Endpoint!);
        await using var app = await AppProcess.StartAsync(settings.Patient());
        using var client = await AppClient.SignInAsync(app);
        var bucket = await bench.AddBucketAsync(endpoint: proxy.Address, client: client);
        // The manifest is what follows the completion.
        var gate = Gate.Hold(proxy, IsManifest);
        var job = await client.RunNowAsync(await bench.AddSourceAsync(await bench.Postgres.CreateDatabaseAsync(), client: client), bucket);
        await gate.Reached;

        await app.KillAsync();
        gate.Release();
        using var store = bench.S3.Store();
        var manifest = (await JobBench.JobAsync(settings, job)).Artifacts[0].Copy.Key + BackupManifest.Suffix;
        await using var half = await store.BeginUploadAsync(
            manifest, new UploadOptions(BackupManifest.JsonType, null), TestContext.Current.CancellationToken);
        await using var next = await AppProcess.StartAsync(settings);

        var ended = await Reaping.EndedAsync(settings, job);
        Assert.Equal(RunStatus.Success, ended.Status);
        // What it had read was recorded before it vanished.
        Assert.Equal(3, (await bench.LeftoversAsync(job)).Count);
        Assert.Equal(AuditActions.BackupReapedHealed, (await JobBench.AuditAsync(settings, job))[^1]);
        using var again = await AppClient.SignInAsync(next);
        await AssertDownloadIsAsync(again, job, ended.Artifacts[0].Sha256!);
    }

    [Fact]
    public async Task A_manifest_that_could_not_be_written_is_written_later()
    {
        bench.RequireServers();
        await using var proxy = await FaultyProxy.StartAsync(bench.S3.Settings().Endpoint!);
        var settings = (await Reaping.SettingsAsync(bench)).Patient();
        await using var app = await AppProcess.StartAsync(settings);
        using var client = await AppClient.SignInAsync(app);
        var bucket = await bench.AddBucketAsync(endpoint: proxy.Address, client: client);
        var refuses = true;
        proxy.Decide = (method, target) => Task.FromResult(refuses && IsManifest(method, target) ? Fault.Forbidden : Fault.None);

        var job = await client.RunNowAsync(await bench.AddSourceAsync(await bench.Postgres.CreateDatabaseAsync(), client: client), bucket);

        Assert.Equal("success", (await client.FinishedAsync(job)).Status);
        Assert.Contains("goes on trying", (await JobBench.JobAsync(settings, job)).Warning, StringComparison.Ordinal);
        Assert.Single(await bench.LeftoversAsync(job));
        refuses = false;
        await using var db = JobBench.Database(settings);
        await Until.TrueAsync(
            async () =>
            {
                await db.Database.ExecuteSqlAsync(
                    $"UPDATE backup_jobs SET manifests_due_at = now() WHERE id = {job} AND manifests_due_at IS NOT NULL");
                return (await bench.LeftoversAsync(job)).Count == 3;
            },
            "the manifest is there",
            seconds: 30);
        await Until.TrueAsync(
            async () => (await JobBench.JobAsync(settings, job)).ManifestsDueAt is null,
            "nothing is owed any more",
            seconds: 30);
    }

    [Fact]
    public async Task What_appears_late_at_the_key_of_a_failed_job_is_removed_and_strangers_objects_are_not()
    {
        bench.RequireServers();
        var settings = (await Reaping.SettingsAsync(bench)).Patient();
        await using var app = await AppProcess.StartAsync(settings);
        using var client = await AppClient.SignInAsync(app);
        var job = await CanceledAsync(client, await bench.AddBucketAsync(client: client));
        var key = (await JobBench.JobAsync(settings, job)).Artifacts[0].Copy.Key;

        using var store = bench.S3.Store();
        foreach (var name in (string[])[key, key + BackupManifest.Suffix, key + ".mine"])
            await store.PutAsync(name, "late"u8.ToArray(), "text/plain", TestContext.Current.CancellationToken);

        // What is put after one look goes at the next.
        string[] strangers = [$"object team a/{key}.mine"];
        await Until.TrueAsync(
            async () => (await bench.LeftoversAsync(job)).SequenceEqual(strangers),
            "only what is not ours is left",
            seconds: 40);
        // What was removed is written down afterwards.
        await Until.TrueAsync(
            async () => (await JobBench.AuditAsync(settings, job)).Contains(AuditActions.BackupReapedOrphanCleaned), "it is said");
    }

    [Fact]
    public async Task A_destination_that_cannot_be_looked_at_is_looked_at_again_soon_and_not_at_the_next_of_the_days_looks()
    {
        bench.RequireServers();
        var settings = (await Reaping.SettingsAsync(bench)).Patient();
        await using var app = await AppProcess.StartAsync(settings);
        using var client = await AppClient.SignInAsync(app);
        var bucket = await bench.AddBucketAsync(client: client);
        var job = await CanceledAsync(client, bucket);
        await using var db = JobBench.Database(settings);
        var keys = await db.Set<StorageDestination>()
            .Where(d => d.Id == bucket)
            .Select(d => d.KeysCipher)
            .SingleAsync(TestContext.Current.CancellationToken);

        // The last look but one is due, with keys that cannot be decrypted; the last one follows a quarter of an hour later.
        await db.Database.ExecuteSqlAsync(
            $"""
            UPDATE storage_destinations SET keys_cipher = '\x00' WHERE id = {bucket};
            UPDATE backup_jobs SET finished_at = now() - interval '490 s' WHERE id = {job};
            UPDATE backup_artifacts SET cleanup_due_at = now() - interval '10 s' WHERE job_id = {job};
            """, TestContext.Current.CancellationToken);
        await Until.TrueAsync(() => app.Log.Contains("could not be looked at", StringComparison.Ordinal), "the look failed", seconds: 40);
        using var store = bench.S3.Store();
        await store.PutAsync(
            (await JobBench.JobAsync(settings, job)).Artifacts[0].Copy.Key,
            "late"u8.ToArray(),
            "text/plain",
            TestContext.Current.CancellationToken);
        await db.Set<StorageDestination>()
            .Where(d => d.Id == bucket)
            .ExecuteUpdateAsync(set => set.SetProperty(d => d.KeysCipher, keys), TestContext.Current.CancellationToken);

        await Until.TrueAsync(async () => (await bench.LeftoversAsync(job)).Count == 0, "the late object is removed", seconds: 40);
    }

    private static bool IsManifest(string method, string target) =>
        method == "PUT" && target.Contains(BackupManifest.Suffix, StringComparison.Ordinal);

    /// <summary>A job that was canceled in mid-dump.</summary>
    private async Task<Guid> CanceledAsync(AppClient client, Guid bucket)
    {
        await using var relay = bench.Relay();
        var job = await bench.StartAsync(await bench.AddSourceAsync(await bench.NoiseAsync(), relay.Port, client), bucket, client);
        await client.SubmitAsync($"/Jobs/{job}", "?handler=Cancel", []);
        await client.FinishedAsync(job);
        return job;
    }

    private static async Task AssertDownloadIsAsync(AppClient client, Guid job, byte[] sha256)
    {
        var file = Path.GetTempFileName();
        try
        {
            await AppClient.DownloadAsync(await client.DownloadLinkAsync(job), file);
            Assert.Equal(sha256, System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(file)));
        }
        finally
        {
            File.Delete(file);
        }
    }
}
