using static BackupApp.Tests.Bench.BenchReport;

namespace BackupApp.Tests.Bench;

/// <summary>On two cores: once with everything on them, once with the store elsewhere, as it usually is.</summary>
public static class CoresSection
{
    private const string Two = "0,1";

    public static async Task RunAsync(BenchServers servers, BenchData data)
    {
        var (postgres, store) = (BenchSettings.Servers("POSTGRES"), BenchSettings.Servers("S3"));
        servers.Report.Title("Two cores");
        if (Environment.ProcessorCount < 4 || postgres.Count == 0 || !Commands.Exists("taskset"))
        {
            servers.Report.Line("Not measured: it takes four cores, and servers that scripts/bench started.");
            return;
        }

        servers.Report.Header("on cores 0 and 1", "tool alone s", "whole job to S3 s", "ratio");
        try
        {
            await Processes.BindAsync(postgres, Two);
            await Processes.BindAsync(store, Two);
            await CompareAsync(servers, data, "database, app, tool and store");
            await Processes.BindAsync(store, $"2-{Environment.ProcessorCount - 1}");
            await CompareAsync(servers, data, "database, app and tool; the store on the others");
        }
        finally
        {
            await Processes.BindAsync(postgres.Concat(store), $"0-{Environment.ProcessorCount - 1}");
        }
    }

    private static async Task CompareAsync(BenchServers servers, BenchData data, string name)
    {
        await using var app = await BenchApp.StartAsync(servers, Two);
        var bucket = await app.AddBucketAsync();
        var commands = new Commands(servers.Postgres, servers.S3);
        var (tool, job) = (new List<double>(), new List<double>());
        for (var run = 0; run < servers.Settings.Runs; run++)
        {
            tool.Add((await commands.RunAsync(Commands.Tool, data.Text, Two)).Wall);
            job.Add((await app.RunAsync(data.Text, bucket)).Wall);
            Progress($"two cores: {Number(tool[^1])} s, {Number(job[^1])} s");
        }

        servers.Report.Row(
            name,
            Number(Percentile(tool, 0.5)),
            Number(Percentile(job, 0.5)),
            Number(Percentile(job, 0.5) / Percentile(tool, 0.5)));
    }
}
