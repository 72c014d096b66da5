using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Destinations;
using BackupApp.Errors;
using BackupApp.Runs;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Backups;

/// <summary>A worker vanishes or falls asleep at every awkward moment; another process's reaper decides, and nothing may be left that is not a good backup.</summary>
public sealed class ReaperTests(JobBench bench) : IClassFixture<JobBench>
{
    private static readonly Dictionary<string, string> Impatient = new()
    {
        ["BackupApp__Backups__HeartbeatInterval"] = "00:00:00.200",
        ["BackupApp__Backups__HeartbeatTimeout"] = "00:00:04",
        ["BackupApp__Backups__ReaperInterval"] = "1",
        ["BackupApp__Backups__OrphanLook"] = "00:00:01",
    };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_worker_killed_in_mid_dump_leaves_a_failed_job_and_nothing_else(bool toBucket)
    {
        await bench.RequireAsync();
        await using var relay = bench.Relay();
        var settings = await SettingsAsync();
        await using var app = await AppProcess.StartAsync(settings);
        using var client = await AppClient.SignInAsync(app);
        var source = await bench.AddSourceAsync(await bench.NoiseAsync(), relay.Port, client);
        var job = await bench.StartAsync(source, toBucket ? await AddBucketAsync(client, bench.S3.Settings().Endpoint!) : null, client);

        await app.KillAsync();
        await using var next = await AppProcess.StartAsync(settings);

        var ended = await EndedAsync(settings, job);
        Assert.Equal((RunStatus.Failed, RunStage.Worker, "worker_lost"), (ended.Status, ended.ErrorStage, ended.ErrorCode));
        Assert.Empty(await bench.LeftoversAsync(job));
        Assert.Equal([AuditActions.BackupManualRun, AuditActions.BackupStarted, AuditActions.BackupReapedStuck], await AuditAsync(settings, job));
    }

    [Fact]
    public async Task A_worker_killed_right_after_the_object_was_completed_leaves_a_success()
    {
        await bench.RequireAsync();
        var settings = await SettingsAsync();
        await using var proxy = await FaultyProxy.StartAsync(bench.S3.Settings().Endpoint!);
        await using var app = await AppProcess.StartAsync(settings);
        using var client = await AppClient.SignInAsync(app);
        var bucket = await AddBucketAsync(client, proxy.Address);
        // The manifest is what follows the completion.
        var gate = Hold(proxy, (method, target) => method == "PUT" && target.Contains(BackupManifest.Suffix, StringComparison.Ordinal));
        var job = await client.RunNowAsync(await bench.AddSourceAsync(await bench.Postgres.CreateDatabaseAsync(), client: client), bucket);
        await gate.Reached;

        await app.KillAsync();
        gate.Release();
        using var store = bench.S3.Store();
        var manifest = (await JobBench.JobAsync(settings, job)).Artifacts[0].Copy.Key + BackupManifest.Suffix;
        await using var half = await store.BeginUploadAsync(manifest, new UploadOptions(BackupManifest.JsonType, null), TestContext.Current.CancellationToken);
        await using var next = await AppProcess.StartAsync(settings);

        var ended = await EndedAsync(settings, job);
        Assert.Equal(RunStatus.Success, ended.Status);
        Assert.Equal(2, (await bench.LeftoversAsync(job)).Count);
        Assert.Equal(AuditActions.BackupReapedHealed, (await AuditAsync(settings, job))[^1]);
        using var again = await AppClient.SignInAsync(next);
        await AssertDownloadIsAsync(again, job, ended.Artifacts[0].Sha256!);
    }

    [Fact]
    public async Task A_manifest_that_could_not_be_written_is_written_later()
    {
        await bench.RequireAsync();
        await using var proxy = await FaultyProxy.StartAsync(bench.S3.Settings().Endpoint!);
        var settings = await SettingsAsync();
        await using var app = await AppProcess.StartAsync(settings);
        using var client = await AppClient.SignInAsync(app);
        var bucket = await AddBucketAsync(client, proxy.Address);
        var refuses = true;
        proxy.Decide = (method, target) => Task.FromResult(
            refuses && method == "PUT" && target.Contains(BackupManifest.Suffix, StringComparison.Ordinal) ? Fault.Forbidden : Fault.None);

        var job = await client.RunNowAsync(await bench.AddSourceAsync(await bench.Postgres.CreateDatabaseAsync(), client: client), bucket);

        Assert.Equal("success", (await client.FinishedAsync(job)).Status);
        Assert.Contains("goes on trying", (await JobBench.JobAsync(settings, job)).Warning, StringComparison.Ordinal);
        Assert.Single(await bench.LeftoversAsync(job));
        refuses = false;
        await using var db = JobBench.Database(settings);
        await Until.TrueAsync(
            async () =>
            {
                await db.Database.ExecuteSqlAsync($"UPDATE backup_jobs SET manifests_due_at = now() WHERE id = {job} AND manifests_due_at IS NOT NULL");
                return (await bench.LeftoversAsync(job)).Count == 2;
            },
            "the manifest is there",
            seconds: 30);
        await Until.TrueAsync(async () => (await JobBench.JobAsync(settings, job)).ManifestsDueAt is null, "nothing is owed any more", seconds: 30);
    }

    [Fact]
    public async Task A_worker_that_slept_in_mid_dump_notices_and_leaves_nothing()
    {
        await bench.RequireAsync();
        await using var relay = bench.Relay();
        var settings = await SettingsAsync();
        await using var app = await AppProcess.StartAsync(settings);
        using var client = await AppClient.SignInAsync(app);
        var bucket = await AddBucketAsync(client, bench.S3.Settings().Endpoint!);
        var job = await bench.StartAsync(await bench.AddSourceAsync(await bench.NoiseAsync(), relay.Port, client), bucket, client);

        await SleepUntilReapedAsync(app, settings, job);
        relay.Open();

        await Until.TrueAsync(() => app.Log.Contains($"Job {job} was taken over", StringComparison.Ordinal), "the sleeper noticed", seconds: 40);
        await AssertStuckAsync(settings, job);
    }

    [Fact]
    public async Task A_worker_that_slept_between_the_tools_end_and_the_completion_notices_at_the_fence()
    {
        await bench.RequireAsync();
        var settings = await SettingsAsync();
        await using var proxy = await FaultyProxy.StartAsync(bench.S3.Settings().Endpoint!);
        await using var app = await AppProcess.StartAsync(settings);
        using var client = await AppClient.SignInAsync(app);
        var bucket = await AddBucketAsync(client, proxy.Address);
        // One small part, sent when the tool has ended.
        var gate = Hold(proxy, FaultyProxy.IsPart);
        proxy.Seen.Clear();
        var job = await client.RunNowAsync(await bench.AddSourceAsync(await bench.Postgres.CreateDatabaseAsync(), client: client), bucket);
        await gate.Reached;

        await SleepUntilReapedAsync(app, settings, job);
        gate.Release();

        await Until.TrueAsync(() => app.Log.Contains($"Job {job} was taken over", StringComparison.Ordinal), "the sleeper noticed", seconds: 40);
        await AssertStuckAsync(settings, job);
        Assert.DoesNotContain(proxy.Seen, request => FaultyProxy.IsComplete(request.Split(' ')[0], request.Split(' ')[1]));
    }

    [Fact]
    public async Task A_completion_that_arrives_after_the_job_was_declared_dead_is_removed_again()
    {
        await bench.RequireAsync();
        var settings = await SettingsAsync();
        await using var proxy = await FaultyProxy.StartAsync(bench.S3.Settings().Endpoint!);
        await using var app = await AppProcess.StartAsync(settings);
        using var client = await AppClient.SignInAsync(app);
        var bucket = await AddBucketAsync(client, proxy.Address);
        // Beyond the fence: the intent is on record, the object is not there yet.
        var gate = Hold(proxy, FaultyProxy.IsComplete);
        var job = await client.RunNowAsync(await bench.AddSourceAsync(await bench.Postgres.CreateDatabaseAsync(), client: client), bucket);
        await gate.Reached;

        await SleepUntilReapedAsync(app, settings, job);
        gate.Release();

        await Until.TrueAsync(() => app.Log.Contains($"Job {job} was taken over", StringComparison.Ordinal), "the sleeper noticed", seconds: 60);
        await AssertStuckAsync(settings, job);
    }

    [Fact]
    public async Task What_appears_late_at_the_key_of_a_failed_job_is_removed_and_strangers_objects_are_not()
    {
        await bench.RequireAsync();
        var settings = await SettingsAsync();
        await using var app = await AppProcess.StartAsync(settings);
        using var client = await AppClient.SignInAsync(app);
        var job = await CanceledAsync(client, await AddBucketAsync(client, bench.S3.Settings().Endpoint!));
        var key = (await JobBench.JobAsync(settings, job)).Artifacts[0].Copy.Key;

        using var store = bench.S3.Store();
        foreach (var name in (string[])[key, key + BackupManifest.Suffix, key + ".mine"])
            await store.PutAsync(name, "late"u8.ToArray(), "text/plain", TestContext.Current.CancellationToken);

        await Until.TrueAsync(async () => (await AuditAsync(settings, job)).Contains(AuditActions.BackupReapedOrphanCleaned), "the orphans are cleaned", seconds: 40);
        Assert.Equal([$"object team a/{key}.mine"], await bench.LeftoversAsync(job));
    }

    [Fact]
    public async Task A_destination_that_cannot_be_looked_at_is_looked_at_again_soon_and_not_at_the_next_of_the_days_looks()
    {
        await bench.RequireAsync();
        var settings = await SettingsAsync();
        await using var app = await AppProcess.StartAsync(settings);
        using var client = await AppClient.SignInAsync(app);
        var bucket = await AddBucketAsync(client, bench.S3.Settings().Endpoint!);
        var job = await CanceledAsync(client, bucket);
        await using var db = JobBench.Database(settings);
        var keys = await db.Set<StorageDestination>().Where(d => d.Id == bucket).Select(d => d.KeysCipher).SingleAsync(TestContext.Current.CancellationToken);

        // The last look but one is due, with keys that cannot be decrypted; the last one follows a quarter of an hour later.
        await db.Database.ExecuteSqlAsync(
            $"""
            UPDATE storage_destinations SET keys_cipher = '\x00' WHERE id = {bucket};
            UPDATE backup_jobs SET finished_at = now() - interval '490 s' WHERE id = {job};
            UPDATE backup_artifacts SET cleanup_due_at = now() - interval '10 s' WHERE job_id = {job};
            """, TestContext.Current.CancellationToken);
        await Until.TrueAsync(() => app.Log.Contains("could not be looked at", StringComparison.Ordinal), "the look failed", seconds: 40);
        using var store = bench.S3.Store();
        await store.PutAsync((await JobBench.JobAsync(settings, job)).Artifacts[0].Copy.Key, "late"u8.ToArray(), "text/plain", TestContext.Current.CancellationToken);
        await db.Set<StorageDestination>().Where(d => d.Id == bucket).ExecuteUpdateAsync(set => set.SetProperty(d => d.KeysCipher, keys), TestContext.Current.CancellationToken);

        await Until.TrueAsync(async () => (await bench.LeftoversAsync(job)).Count == 0, "the late object is removed", seconds: 40);
    }

    private async Task<AppSettings> SettingsAsync() => (await bench.SettingsAsync()) with { Variables = Impatient };

    private Task<Guid> AddBucketAsync(AppClient client, Uri endpoint)
    {
        var s3 = bench.S3.Settings();
        return client.AddS3DestinationAsync("bucket", endpoint, s3.Bucket, "team a", s3.AccessKeyId!, s3.SecretAccessKey!);
    }

    /// <summary>A job that was canceled in mid-dump.</summary>
    private async Task<Guid> CanceledAsync(AppClient client, Guid bucket)
    {
        await using var relay = bench.Relay();
        var job = await bench.StartAsync(await bench.AddSourceAsync(await bench.NoiseAsync(), relay.Port, client), bucket, client);
        await client.SubmitAsync($"/Jobs/{job}", "?handler=Cancel", []);
        await client.FinishedAsync(job);
        return job;
    }

    private static async Task<BackupJob> EndedAsync(AppSettings settings, Guid job)
    {
        // Hangfire's locks that the other process holds, of the recurring jobs and of one of them, let go after a minute each.
        await Until.TrueAsync(async () => !(await JobBench.JobAsync(settings, job)).IsActive, "the job ended", seconds: 240);
        return await JobBench.JobAsync(settings, job);
    }

    /// <summary>Stops the process as a frozen machine does, lets another one declare its job dead, and wakes it.</summary>
    private static async Task SleepUntilReapedAsync(AppProcess app, AppSettings settings, Guid job)
    {
        await AppProcess.SignalAsync("STOP", app.Id);
        await using var next = await AppProcess.StartAsync(settings);
        await EndedAsync(settings, job);
        await AppProcess.SignalAsync("CONT", app.Id);
    }

    private async Task AssertStuckAsync(AppSettings settings, Guid id)
    {
        var job = await JobBench.JobAsync(settings, id);
        Assert.Equal((RunStatus.Failed, "worker_lost"), (job.Status, job.ErrorCode));
        Assert.Contains(AuditActions.BackupReapedStuck, await AuditAsync(settings, id));
        await Until.TrueAsync(async () => (await bench.LeftoversAsync(id)).Count == 0, "nothing is left", seconds: 40);
    }

    private static async Task<List<string>> AuditAsync(AppSettings settings, Guid job)
    {
        await using var db = JobBench.Database(settings);
        return await db.Set<AuditEntry>().Where(e => e.TargetId == job).OrderBy(e => e.CreatedAt).ThenBy(e => e.Id).Select(e => e.Action).ToListAsync();
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

    private static Gate Hold(FaultyProxy proxy, Func<string, string, bool> which)
    {
        var gate = new Gate();
        proxy.Decide = async (method, target) =>
        {
            if (which(method, target))
                await gate.PassAsync();
            return Fault.None;
        };
        return gate;
    }

    private sealed class Gate
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => _reached.Task.WaitAsync(TimeSpan.FromSeconds(30));

        public void Release() => _open.TrySetResult();

        public Task PassAsync()
        {
            _reached.TrySetResult();
            return _open.Task;
        }
    }
}
