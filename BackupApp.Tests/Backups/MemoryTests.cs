using System.Globalization;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Backups;

/// <summary>
/// Memory does not grow with the database. By hand with the size that the promise names, in every run with a smaller one.
/// </summary>
public sealed class MemoryTests(JobBench bench) : IClassFixture<JobBench>
{
    private const int AllowedMegabytes = 150;

    [Fact]
    public Task Dumping_300_MB_takes_at_most_150_MB_more_than_doing_nothing() => MeasureAsync(300);

    [Fact(Explicit = true)]
    public Task Dumping_2_GB_takes_at_most_150_MB_more_than_doing_nothing() => MeasureAsync(2048);

    private async Task MeasureAsync(int megabytes)
    {
        await bench.RequireAsync();
        var database = await bench.Postgres.CreateDatabaseAsync("memory");
        await RandomTable.FillAsync(bench.Postgres.ConnectionString(database), megabytes);
        var source = await bench.AddSourceAsync(database);
        var bucket = await bench.AddBucketAsync();
        // Once with nothing to do, so that what is loaded and compiled on first use is not counted as the dump's.
        await SucceedAsync(await bench.AddSourceAsync(await bench.Postgres.CreateDatabaseAsync()), bucket);
        var idle = await ReadAsync("VmRSS");

        foreach (var destination in new Guid?[] { null, bucket })
        {
            // The peak starts anew.
            await File.WriteAllTextAsync($"/proc/{bench.App.Id}/clear_refs", "5", TestContext.Current.CancellationToken);
            var status = await SucceedAsync(source, destination);
            var peak = await ReadAsync("VmHWM");

            var report = string.Create(CultureInfo.InvariantCulture,
                $"{status.BytesRead >> 20} MiB to the {(destination is null ? "folder" : "bucket")} in {status.DurationMs / 1000.0:0.0} s: "
                + $"{idle} MiB idle, {peak} MiB at the peak, {peak - idle} MiB more");
            TestContext.Current.TestOutputHelper?.WriteLine(report);
            TestContext.Current.SendDiagnosticMessage(report);
            Assert.True(status.BytesRead >= (long)megabytes << 20, report);
            Assert.True(peak - idle <= AllowedMegabytes, report);
        }
    }

    private async Task<JobStatus> SucceedAsync(Guid source, Guid? destination)
    {
        var status = await bench.Client.FinishedAsync(await bench.Client.RunNowAsync(source, destination), seconds: 300);
        Assert.True(status.Status == "success", status.ErrorSummary);
        return status;
    }

    /// <summary>In MiB.</summary>
    private async Task<long> ReadAsync(string name)
    {
        var lines = await File.ReadAllLinesAsync($"/proc/{bench.App.Id}/status", TestContext.Current.CancellationToken);
        return long.Parse(
            lines.Single(l => l.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture) >> 10;
    }
}
