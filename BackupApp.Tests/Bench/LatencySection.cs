using static BackupApp.Tests.Bench.BenchReport;

namespace BackupApp.Tests.Bench;

/// <summary>A store that is far away.</summary>
public static class LatencySection
{
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(20);

    public static async Task RunAsync(BenchServers servers, BenchData data)
    {
        var app = await servers.AppAsync();
        await using var relay = new DelayingRelay(servers.S3.Settings().Endpoint!, Latency);
        var bucket = await app.AddBucketAsync(relay.Address);
        var commands = new Commands(servers.Postgres, servers.S3);
        var (tool, job) = (new List<double>(), new List<double>());
        for (var run = 0; run < servers.Settings.Runs; run++)
        {
            tool.Add((await commands.RunAsync(Commands.Tool, data.Text)).Wall);
            job.Add((await app.RunAsync(data.Text, bucket)).Wall);
            Progress($"latency: {Number(tool[^1])} s, {Number(job[^1])} s");
        }

        servers.Report.Title($"{Latency.TotalMilliseconds} ms to the store, each way");
        servers.Report.Header("tool alone s", "whole job to S3 s", "ratio");
        servers.Report.Row(
            Number(Percentile(tool, 0.5)), Number(Percentile(job, 0.5)), Number(Percentile(job, 0.5) / Percentile(tool, 0.5)));
    }
}
