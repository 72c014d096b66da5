using static BackupApp.Tests.Bench.BenchReport;

namespace BackupApp.Tests.Bench;

/// <summary>
/// What the first backups after a start cost more than those that follow: what is compiled and looked up for the first time.
/// </summary>
public static class FirstSection
{
    private const int Jobs = 10;
    private const int Seconds = 20;

    public static async Task RunAsync(BenchServers servers, BenchData data)
    {
        var app = await servers.FreshAppAsync();
        var bucket = await app.AddBucketAsync();
        servers.Report.Title("The first small backups after a start");
        servers.Report.Header("backup", "CPU s, with the tool's");
        for (var job = 1; job <= Math.Min(Jobs, servers.Settings.SmallJobs); job++)
            servers.Report.Row(Number(job, "0"), Number((await app.RunAsync(data.Small, bucket)).Cpu));

        var before = Processes.Cpu(app.Id);
        var seconds = Math.Min(Seconds, servers.Settings.QuietSeconds);
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        servers.Report.Row($"none, for {seconds} s", Number(Processes.Cpu(app.Id) - before));
    }
}
