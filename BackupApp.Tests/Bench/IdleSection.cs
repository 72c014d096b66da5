using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http;
using BackupApp.Tests.Support;
using Npgsql;
using static BackupApp.Tests.Bench.BenchReport;

namespace BackupApp.Tests.Bench;

/// <summary>What an idle BackupApp with its embedded database costs, and how long it takes to be ready.</summary>
public static class IdleSection
{
    private const UnixFileMode Passable =
        UnixFileMode.UserRead
        | UnixFileMode.UserWrite
        | UnixFileMode.UserExecute
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherExecute;

    public static async Task RunAsync(BenchServers servers)
    {
        // The database's own system user must be able to pass through.
        var folder = Directory.CreateTempSubdirectory("backupapp-idle-").FullName;
        File.SetUnixFileMode(folder, Passable);
        try
        {
            var settings = new AppSettings(ConnectionString: "", Path.Combine(folder, "data")) { IsMeasured = true };
            var (first, created) = await StartAsync(settings);
            await using (first)
                await first.TerminateAsync();
            var (app, existing) = await StartAsync(settings);
            await using (app)
            {
                servers.Report.Title("Cold start with the embedded database, until it is ready");
                servers.Report.Header("new data directory s", "existing one s");
                servers.Report.Row(Number(created, "0.0"), Number(existing, "0.0"));
                await MeasureAsync(servers, app);
                await app.TerminateAsync();
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureAsync(BenchServers servers, AppProcess app)
    {
        var seconds = servers.Settings.QuietSeconds;
        // What is compiled and loaded on first use is no idling.
        await Task.Delay(TimeSpan.FromSeconds(Math.Min(seconds, 60)));
        var database = int.Parse(
            (await File.ReadAllLinesAsync(Path.Combine(app.Settings.DataDirectory, "postgres", "postmaster.pid")))[0],
            CultureInfo.InvariantCulture);
        var before = (App: Processes.Cpu(app.Id), Database: Processes.TreeCpu(database));
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        var spent = (App: Processes.Cpu(app.Id) - before.App, Database: Processes.TreeCpu(database) - before.Database);

        servers.Report.Title($"Idle for {seconds} s");
        servers.Report.Header("", "CPU s a minute", "% of a core", "memory MiB", "connections");
        Row(servers, "BackupApp", spent.App, Processes.Shared(app.Id), "–");
        Row(
            servers,
            "its database",
            spent.Database,
            Processes.TreeShared(database),
            Number(Processes.Children(database, "backupapp backupapp"), "0"));
        Row(servers, "together", spent.App + spent.Database, Processes.Shared(app.Id) + Processes.TreeShared(database), "–");
    }

    private static void Row(BenchServers servers, string name, double cpu, long memory, string connections)
    {
        var seconds = servers.Settings.QuietSeconds;
        servers.Report.Row(name, Number(cpu * 60 / seconds, "0.00"), Number(cpu * 100 / seconds, "0.00"), Mebibytes(memory), connections);
    }

    private static async Task<(AppProcess App, double Seconds)> StartAsync(AppSettings settings)
    {
        var watch = Stopwatch.StartNew();
        var app = await AppProcess.StartAsync(settings);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = app.Address };
        await Until.TrueAsync(async () => (await http.GetAsync("/health/ready")).StatusCode == HttpStatusCode.OK, "ready");
        return (app, watch.Elapsed.TotalSeconds);
    }
}
