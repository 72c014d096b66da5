using BackupApp.Backups;
using BackupApp.Hosting;
using BackupApp.Runs;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Backups;

/// <summary>What becomes of a running backup when the app or its own database goes away.</summary>
[Trait("kind", "slow")]
public sealed class InterruptedAppTests(JobBench bench) : IClassFixture<JobBench>
{
    [Fact]
    public async Task SIGTERM_cancels_what_runs_and_leaves_nothing()
    {
        bench.RequireServers();
        await using var relay = bench.Relay();
        var settings = await bench.SettingsAsync();
        await using var app = await AppProcess.StartAsync(settings);
        using var client = await AppClient.SignInAsync(app);
        var source = await bench.AddSourceAsync(await bench.NoiseAsync(), relay.Port, client);
        var s3 = bench.S3.Settings();
        var bucket = await client.AddS3DestinationAsync("bucket", s3.Endpoint!, s3.Bucket, "team a", s3.AccessKeyId!, s3.SecretAccessKey!);
        Guid[] jobs = [await bench.StartAsync(source, null, client), await bench.StartAsync(source, bucket, client)];

        var (exitCode, elapsed) = await app.TerminateAsync();

        Assert.True(exitCode == 0, app.Log);
        Assert.True(elapsed < TimeSpan.FromSeconds(8), $"It took {elapsed}.");
        foreach (var id in jobs)
        {
            var job = await JobBench.JobAsync(settings, id);
            Assert.Equal((RunStatus.Canceled, CancelReason.Shutdown), (job.Status, job.CancelReason));
            Assert.Empty(await bench.LeftoversAsync(id));
        }
        await StaysAsync(settings, jobs, RunStatus.Canceled);
    }

    [Fact]
    public async Task With_a_drain_time_SIGTERM_lets_what_runs_finish_and_leaves_what_is_queued_to_the_next_process()
    {
        bench.RequireServers();
        await using var relay = bench.Relay();
        var variables = new Dictionary<string, string>(JobBench.Variables)
        {
            ["BackupApp__DrainTimeout"] = "00:02:00",
            ["BackupApp__Backups__MaxConcurrentJobs"] = "1",
        };
        var settings = (await bench.SettingsAsync()) with { Variables = variables };
        await using var app = await AppProcess.StartAsync(settings);
        using var client = await AppClient.SignInAsync(app);
        var running = await bench.StartAsync(await bench.AddSourceAsync(await bench.NoiseAsync(), relay.Port, client), null, client);
        var queued = await client.RunNowAsync(await bench.AddSourceAsync(await bench.Postgres.CreateDatabaseAsync(), client: client));

        var ending = app.TerminateAsync();
        await Until.TrueAsync(() => app.Log.Contains("Application is shutting down", StringComparison.Ordinal), "it was asked to stop");
        relay.Open();
        var (exitCode, _) = await ending;

        Assert.True(exitCode == 0, app.Log);
        Assert.Equal(RunStatus.Success, (await JobBench.JobAsync(settings, running)).Status);
        Assert.Equal(3, (await bench.LeftoversAsync(running)).Count);
        Assert.Equal(RunStatus.Queued, (await JobBench.JobAsync(settings, queued)).Status);
        await using var next = await AppProcess.StartAsync(settings);
        await Until.TrueAsync(
            async () => (await JobBench.JobAsync(settings, queued)).Status == RunStatus.Success,
            "the next process takes it",
            seconds: 90);
    }

    [Fact]
    public async Task A_job_whose_worker_was_killed_never_becomes_a_success()
    {
        bench.RequireServers();
        await using var relay = bench.Relay();
        var settings = await bench.SettingsAsync();
        await using var app = await AppProcess.StartAsync(settings);
        using var client = await AppClient.SignInAsync(app);
        var job = await bench.StartAsync(await bench.AddSourceAsync(await bench.NoiseAsync(), relay.Port, client), null, client);

        await app.KillAsync();
        relay.Open();

        Assert.Equal(RunStatus.Running, (await JobBench.JobAsync(settings, job)).Status);
        // Whatever the database's last answer was, no file has the name of a backup.
        Assert.DoesNotContain(
            await bench.LeftoversAsync(job),
            name => name.EndsWith(".gz", StringComparison.Ordinal) || name.EndsWith(".json", StringComparison.Ordinal));
        await StaysAsync(settings, [job], RunStatus.Running);
    }

    [Fact]
    public async Task A_lock_that_another_process_holds_in_Hangfire_does_not_keep_this_one_from_starting()
    {
        bench.RequireServers();
        var settings = await bench.SettingsAsync();
        await using (var first = await AppProcess.StartAsync(settings))
            await first.TerminateAsync();
        using var other = QueueTables.Open(settings.ConnectionString).GetConnection();
        using var held = other.AcquireDistributedLock("lock:recurring-job:reaper", TimeSpan.FromSeconds(1));

        await using var next = await AppProcess.StartAsync(settings);

        await Until.TrueAsync(
            () => next.Log.Contains("recurring work could not be registered yet", StringComparison.Ordinal),
            "it waits in the background",
            seconds: 60);
        using var client = await AppClient.SignInAsync(next);
        var job = await client.RunNowAsync(await bench.AddSourceAsync(await bench.Postgres.CreateDatabaseAsync(), client: client));
        Assert.Equal("success", (await client.FinishedAsync(job)).Status);
    }

    [Fact]
    public async Task A_restart_of_the_applications_database_does_not_lose_a_running_backup()
    {
        bench.RequireServers();
        await using var relay = bench.Relay();
        await using var own = await TestCluster.StartWithPasswordAsync();
        var settings = (await bench.SettingsAsync()) with
        {
            ConnectionString =
                $"Host=127.0.0.1;Port={own.Port};Username={TestCluster.Superuser};Password={TestCluster.SuperuserPassword};"
                + "Database=postgres",
        };
        await using var app = await AppProcess.StartAsync(settings);
        using var client = await AppClient.SignInAsync(app);
        var job = await bench.StartAsync(await bench.AddSourceAsync(await bench.NoiseAsync(), relay.Port, client), null, client);

        await own.StopServerAsync();
        relay.Open();
        // The dump ends while there is nobody to tell.
        await Until.TrueAsync(() => app.Children("pg_dump").Count == 0, "the dump ended", seconds: 60);
        await own.StartServerAsync();

        await Until.TrueAsync(async () => (await JobBench.JobAsync(settings, job)).Status == RunStatus.Success, "success", seconds: 60);
        Assert.Equal(3, (await bench.LeftoversAsync(job)).Count);
        Assert.Contains("Heartbeat of job", app.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restart_of_the_applications_database_right_after_the_object_was_completed_does_not_undo_the_backup()
    {
        bench.RequireServers();
        await using var own = await TestCluster.StartWithPasswordAsync();
        await using var proxy = await FaultyProxy.StartAsync(bench.S3.Settings().Endpoint!);
        var settings = (await bench.SettingsAsync()) with
        {
            ConnectionString =
                $"Host=127.0.0.1;Port={own.Port};Username={TestCluster.Superuser};Password={TestCluster.SuperuserPassword};"
                + "Database=postgres",
        };
        await using var app = await AppProcess.StartAsync(settings);
        using var client = await AppClient.SignInAsync(app);
        var bucket = await bench.AddBucketAsync(endpoint: proxy.Address, client: client);
        var (reached, released) = (new TaskCompletionSource(), new TaskCompletionSource());
        proxy.Decide = async (method, target) =>
        {
            if (!FaultyProxy.IsComplete(method, target))
                return Fault.None;
            reached.TrySetResult();
            await released.Task;
            return Fault.None;
        };
        var job = await client.RunNowAsync(await bench.AddSourceAsync(await bench.Postgres.CreateDatabaseAsync(), client: client), bucket);
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        await own.StopServerAsync();
        proxy.Seen.Clear();
        released.SetResult();
        // The object is confirmed, and then somebody wants to know what to write beside it.
        await Until.TrueAsync(
            () => proxy.Seen.Any(request => request.StartsWith("HEAD ", StringComparison.Ordinal)),
            "the object was looked at",
            seconds: 60);
        var beats = FailedBeats(app);
        await Until.TrueAsync(() => FailedBeats(app) >= beats + 3, "some time has passed without a database", seconds: 60);
        await own.StartServerAsync();

        await Until.TrueAsync(async () => (await JobBench.JobAsync(settings, job)).Status != RunStatus.Running, "the end", seconds: 60);
        var ended = await JobBench.JobAsync(settings, job);
        Assert.Equal((RunStatus.Success, null, null), (ended.Status, ended.Warning, ended.ManifestsDueAt));
        Assert.Equal(3, (await bench.LeftoversAsync(job)).Count);
    }

    private static int FailedBeats(AppProcess app) => app.Log.Split("Heartbeat of job").Length;

    /// <summary>The next process turns away another delivery of the jobs, and they stay as they are.</summary>
    private static async Task StaysAsync(AppSettings settings, IReadOnlyList<Guid> jobs, RunStatus status)
    {
        await using var next = await AppProcess.StartAsync(settings);
        foreach (var id in jobs)
        {
            Messages.Send(settings, id);
            await Until.TrueAsync(
                () => next.Log.Contains($"Job {id} is not queued any more", StringComparison.Ordinal),
                "the delivery was turned away",
                seconds: 60);
            Assert.Equal(status, (await JobBench.JobAsync(settings, id)).Status);
        }
    }
}
