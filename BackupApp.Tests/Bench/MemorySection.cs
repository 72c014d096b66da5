using static BackupApp.Tests.Bench.BenchReport;

namespace BackupApp.Tests.Bench;

/// <summary>The memory of the whole process: four dumps at once, and many one after another.</summary>
public static class MemorySection
{
    private const int AtOnce = 4;

    public static async Task RunAsync(BenchServers servers, BenchData data)
    {
        await using var app = await BenchApp.StartAsync(servers);
        var bucket = await app.AddBucketAsync();
        // So that what is loaded and compiled on first use is not counted.
        var small = await app.RunAsync(data.Small, bucket);
        var idle = Processes.Status(app.Id, "VmRSS");

        Processes.ResetPeak(app.Id);
        var seconds = await app.RunTogetherAsync(data.Text, bucket, AtOnce);
        var peak = Processes.Status(app.Id, "VmHWM");

        servers.Report.Title("Memory of the whole process");
        servers.Report.Header("", "idle MiB", "peak MiB", "more MiB");
        servers.Report.Row(
            $"{AtOnce} dumps of {servers.Settings.Megabytes / 2} MB at once, to S3, in {Number(seconds, "0")} s",
            Mebibytes(idle),
            Mebibytes(peak),
            Mebibytes(peak - idle));

        var resident = new List<long>();
        for (var job = 0; job < servers.Settings.SmallJobs; job++)
        {
            await app.RunAsync(data.Small, bucket);
            resident.Add(Processes.Status(app.Id, "VmRSS"));
        }

        // The first jobs still warm up the collector; what grows from job to job shows after that.
        var half = resident[(resident.Count / 2) - 1];
        servers.Report.Row(
            $"{resident.Count} jobs that store {Megabytes(small.Stored!.Value)} MB each, one after another: "
            + "after half of them, after the last",
            Mebibytes(half),
            Mebibytes(resident[^1]),
            Mebibytes(resident[^1] - half));

        await Task.Delay(TimeSpan.FromSeconds(servers.Settings.IdleSeconds));
        var later = Processes.Status(app.Id, "VmRSS");
        servers.Report.Row($"{servers.Settings.IdleSeconds} s after the last", Mebibytes(idle), Mebibytes(later), Mebibytes(later - idle));
    }
}
