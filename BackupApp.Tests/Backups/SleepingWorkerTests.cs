using BackupApp.Audit;
using BackupApp.Runs;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Backups;

/// <summary>
/// A worker falls asleep at every awkward moment, its job is declared dead, and it wakes: it has to notice, and nothing may be left of it.
/// </summary>
[Trait("kind", "slow")]
public sealed class SleepingWorkerTests(JobBench bench) : IClassFixture<JobBench>
{
    [Fact]
    public async Task A_worker_that_slept_in_mid_dump_notices_and_leaves_nothing()
    {
        bench.RequireServers();
        await using var relay = bench.Relay();
        var settings = await Reaping.SettingsAsync(bench);
        await using var app = await AppProcess.StartAsync(settings.Patient());
        using var client = await AppClient.SignInAsync(app);
        var bucket = await bench.AddBucketAsync(client: client);
        var job = await bench.StartAsync(await bench.AddSourceAsync(await bench.NoiseAsync(), relay.Port, client), bucket, client);

        await SleepUntilReapedAsync(app, settings, job);
        relay.Open();

        await Until.TrueAsync(
            () => app.Log.Contains($"Job {job} was taken over", StringComparison.Ordinal),
            "the sleeper noticed",
            seconds: 40);
        await AssertStuckAsync(settings, job);
    }

    [Fact]
    public async Task A_worker_that_slept_between_the_tools_end_and_the_completion_notices_at_the_fence()
    {
        bench.RequireServers();
        var settings = await Reaping.SettingsAsync(bench);
        await using var proxy = await FaultyProxy.StartAsync(bench.S3.Settings().Endpoint!);
        await using var app = await AppProcess.StartAsync(settings.Patient());
        using var client = await AppClient.SignInAsync(app);
        var bucket = await bench.AddBucketAsync(endpoint: proxy.Address, client: client);
        // One small part, sent when the tool has ended.
        var gate = Gate.Hold(proxy, FaultyProxy.IsPart);
        proxy.Seen.Clear();
        var job = await client.RunNowAsync(await bench.AddSourceAsync(await bench.Postgres.CreateDatabaseAsync(), client: client), bucket);
        await gate.Reached;

        await SleepUntilReapedAsync(app, settings, job);
        gate.Release();

        await Until.TrueAsync(
            () => app.Log.Contains($"Job {job} was taken over", StringComparison.Ordinal),
            "the sleeper noticed",
            seconds: 40);
        await AssertStuckAsync(settings, job);
        Assert.DoesNotContain(proxy.Seen, request => FaultyProxy.IsComplete(request.Split(' ')[0], request.Split(' ')[1]));
    }

    [Fact]
    public async Task A_completion_that_arrives_after_the_job_was_declared_dead_is_removed_again()
    {
        bench.RequireServers();
        var settings = await Reaping.SettingsAsync(bench);
        await using var proxy = await FaultyProxy.StartAsync(bench.S3.Settings().Endpoint!);
        await using var app = await AppProcess.StartAsync(settings.Patient());
        using var client = await AppClient.SignInAsync(app);
        var bucket = await bench.AddBucketAsync(endpoint: proxy.Address, client: client);
        // Beyond the fence: the intent is on record, the object is not there yet.
        var gate = Gate.Hold(proxy, FaultyProxy.IsComplete);
        var job = await client.RunNowAsync(await bench.AddSourceAsync(await bench.Postgres.CreateDatabaseAsync(), client: client), bucket);
        await gate.Reached;

        await SleepUntilReapedAsync(app, settings, job);
        gate.Release();

        await Until.TrueAsync(
            () => app.Log.Contains($"Job {job} was taken over", StringComparison.Ordinal),
            "the sleeper noticed",
            seconds: 60);
        await AssertStuckAsync(settings, job);
    }

    /// <summary>Stops the process as a frozen machine does, lets another one declare its job dead, and wakes it.</summary>
    private static async Task SleepUntilReapedAsync(AppProcess app, AppSettings settings, Guid job)
    {
        await AppProcess.SignalAsync("STOP", app.Id);
        await using var next = await AppProcess.StartAsync(settings);
        await Reaping.EndedAsync(settings, job);
        await AppProcess.SignalAsync("CONT", app.Id);
    }

    private async Task AssertStuckAsync(AppSettings settings, Guid id)
    {
        var job = await JobBench.JobAsync(settings, id);
        Assert.Equal((RunStatus.Failed, "worker_lost"), (job.Status, job.ErrorCode));
        Assert.Contains(AuditActions.BackupReapedStuck, await JobBench.AuditAsync(settings, id));
        await Until.TrueAsync(async () => (await bench.LeftoversAsync(id)).Count == 0, "nothing is left", seconds: 40);
    }
}
