using BackupApp.Backups;
using BackupApp.Runs;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Backups;

/// <summary>
/// Between the end of the tool and the completion of the object stands one conditional update. The
/// heartbeat of this app is so slow that only the fence can notice what happens in between.
/// </summary>
[Trait("kind", "slow")]
public sealed class FenceTests(JobBench bench) : IClassFixture<JobBench>
{
    [Fact]
    public async Task A_cancel_request_after_the_tool_ended_leaves_nothing_in_the_bucket()
    {
        var (job, seen) = await HoldAtLastPartAsync(id => $"UPDATE backup_jobs SET cancel_requested = true WHERE id = {id}");

        Assert.Equal((RunStatus.Canceled, CancelReason.User), (job.Status, job.CancelReason));
        AssertNothingWasCompleted(job, seen);
    }

    [Fact]
    public async Task A_run_that_lost_its_job_after_the_tool_ended_leaves_nothing_in_the_bucket()
    {
        var other = Guid.NewGuid();

        var (job, seen) = await HoldAtLastPartAsync(id => $"UPDATE backup_jobs SET worker_id = {other} WHERE id = {id}");

        Assert.Equal((RunStatus.Running, other), (job.Status, job.WorkerId));
        AssertNothingWasCompleted(job, seen);
    }

    [Fact]
    public async Task A_cancel_request_after_the_fence_is_too_late()
    {
        await using var app = await StartAsync();
        await using var proxy = await FaultyProxy.StartAsync(bench.S3.Settings().Endpoint!);
        using var client = await AppClient.SignInAsync(app);
        var destination = await AddBucketAsync(client, proxy);
        var (reached, released) = (new TaskCompletionSource(), new TaskCompletionSource());
        proxy.Decide = async (method, target) =>
        {
            if (!FaultyProxy.IsComplete(method, target))
                return Fault.None;
            reached.TrySetResult();
            await released.Task;
            return Fault.None;
        };
        var job = await client.RunNowAsync(
            await bench.AddSourceAsync(await bench.Postgres.CreateDatabaseAsync(), client: client), destination);
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        await ExecuteAsync(app, $"UPDATE backup_jobs SET cancel_requested = true WHERE id = {job}");
        released.SetResult();

        Assert.Equal("success", (await client.FinishedAsync(job)).Status);
        Assert.Equal(3, (await bench.LeftoversAsync(job)).Count);
    }

    private async Task<AppProcess> StartAsync()
    {
        bench.RequireServers();
        var settings = await bench.SettingsAsync();
        return await AppProcess.StartAsync(
            settings with
            {
                Variables = new Dictionary<string, string> { ["BackupApp__Backups__HeartbeatInterval"] = "00:00:30" },
            });
    }

    private Task<Guid> AddBucketAsync(AppClient client, FaultyProxy proxy)
    {
        var settings = bench.S3.Settings();
        return client.AddS3DestinationAsync(
            "bucket", proxy.Address, bench.S3.Bucket, "team a", settings.AccessKeyId!, settings.SecretAccessKey!);
    }

    /// <summary>Has the change made while the last part is on its way and the tool is gone.</summary>
    private async Task<(BackupJob Job, IReadOnlyList<string> Seen)> HoldAtLastPartAsync(Func<Guid, FormattableString> change)
    {
        await using var app = await StartAsync();
        await using var proxy = await FaultyProxy.StartAsync(bench.S3.Settings().Endpoint!);
        using var client = await AppClient.SignInAsync(app);
        var destination = await AddBucketAsync(client, proxy);
        proxy.Seen.Clear();
        var (reached, released) = (new TaskCompletionSource(), new TaskCompletionSource());
        proxy.Decide = async (method, target) =>
        {
            if (!FaultyProxy.IsPart(method, target))
                return Fault.None;
            reached.TrySetResult();
            await released.Task;
            return Fault.None;
        };
        // So little that it fits into one part, which is sent when the tool has ended.
        var job = await client.RunNowAsync(
            await bench.AddSourceAsync(await bench.Postgres.CreateDatabaseAsync(), client: client), destination);
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Empty(app.Children("pg_dump"));

        await ExecuteAsync(app, change(job));
        released.SetResult();

        await Until.TrueAsync(
            async () =>
                app.Log.Contains($"Job {job} was taken over", StringComparison.Ordinal) || (await client.StatusAsync(job)).IsOver,
            "the run ended",
            seconds: 60);
        return (await JobBench.JobAsync(app.Settings, job), [.. proxy.Seen]);
    }

    private void AssertNothingWasCompleted(BackupJob job, IReadOnlyList<string> seen)
    {
        Assert.DoesNotContain(seen, request => FaultyProxy.IsComplete(request.Split(' ')[0], request.Split(' ')[1]));
        Assert.Contains(seen, request => FaultyProxy.IsPart(request.Split(' ')[0], request.Split(' ')[1]));
        Assert.Null(Assert.Single(job.Artifacts).Copy.SealedAt);
        Assert.Empty(bench.LeftoversAsync(job.Id).GetAwaiter().GetResult());
    }

    private static async Task ExecuteAsync(AppProcess app, FormattableString sql)
    {
        await using var db = JobBench.Database(app.Settings);
        Assert.Equal(1, await Microsoft.EntityFrameworkCore.RelationalDatabaseFacadeExtensions.ExecuteSqlAsync(db.Database, sql));
    }
}
