using BackupApp.Backups;
using BackupApp.Runs;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Backups;

/// <summary>A worker whose memory is enough for one upload at a time.</summary>
public sealed class MemoryBudgetTests(JobBench bench) : IClassFixture<JobBench>
{
    [Fact]
    public async Task A_run_that_finds_no_memory_waits_is_seen_to_wait_can_be_cancelled_and_goes_on_by_itself()
    {
        bench.RequireServers();
        await using var app = await StartAsync();
        using var client = await AppClient.SignInAsync(app);
        var noise = await bench.NoiseAsync();
        await using var relay = bench.Relay();
        var bucket = await AddBucketAsync(client);
        var source = await bench.AddSourceAsync(noise, client: client);
        var first = await bench.StartAsync(await bench.AddSourceAsync(noise, relay.Port, client), bucket, client);

        var canceled = await client.RunNowAsync(source, bucket);
        await WaitsAsync(app, canceled);
        Assert.Contains("Waiting for memory", await client.GetAsync($"/Jobs/{canceled}"), StringComparison.Ordinal);
        var before = (await JobBench.JobAsync(app.Settings, canceled)).HeartbeatAt;
        await Until.TrueAsync(
            async () => (await JobBench.JobAsync(app.Settings, canceled)).HeartbeatAt > before,
            "it shows that it is alive");
        await client.SubmitAsync($"/Jobs/{canceled}", "?handler=Cancel", []);
        Assert.Equal("canceled", (await client.FinishedAsync(canceled)).Status);

        var second = await client.RunNowAsync(source, bucket);
        await WaitsAsync(app, second);
        relay.Open();

        foreach (var job in new[] { first, second })
        {
            var status = await client.FinishedAsync(job);
            Assert.True(status.Status == "success", status.ErrorSummary);
        }

        Assert.False((await JobBench.JobAsync(app.Settings, second)).IsWaitingForMemory);
        Assert.Empty(await bench.LeftoversAsync(canceled));
    }

    private async Task<AppProcess> StartAsync()
    {
        var settings = await bench.SettingsAsync(Path.Combine(Path.GetDirectoryName(bench.BackupFolder)!, "budget"));
        return await AppProcess.StartAsync(settings with
        {
            Variables = new Dictionary<string, string>(JobBench.Variables)
            {
                ["BackupApp__Backups__MemoryBudget"] = "64",
                ["BackupApp__Backups__CompressionThreads"] = "3",
            },
        });
    }

    private Task<Guid> AddBucketAsync(AppClient client)
    {
        var settings = bench.S3.Settings();
        return client.AddS3DestinationAsync(
            "bucket", settings.Endpoint!, bench.S3.Bucket, "budget", settings.AccessKeyId!, settings.SecretAccessKey!);
    }

    private static Task WaitsAsync(AppProcess app, Guid job) => Until.TrueAsync(
        async () => await JobBench.JobAsync(app.Settings, job) is { Status: RunStatus.Running, IsWaitingForMemory: true },
        "it waits for memory");
}
