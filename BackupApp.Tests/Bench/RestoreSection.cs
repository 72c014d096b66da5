using System.Globalization;
using BackupApp.Restores;
using BackupApp.Runs;
using BackupApp.Tests.Restores;
using BackupApp.Tests.Support;
using static BackupApp.Tests.Bench.BenchReport;

namespace BackupApp.Tests.Bench;

/// <summary>A stored backup into a new database: by us, and by the shell line that everybody knows, in turns, from the same file.</summary>
public static class RestoreSection
{
    private const string Shell = "gunzip \\| pg_restore";

    public static async Task RunAsync(BenchServers servers, BenchData data)
    {
        var app = await servers.AppAsync();
        var kinds = new[]
        {
            ("text and JSON, little of it", data.Small),
            ("text and JSON", data.Text),
            ("pgbench", data.Pgbench),
            ("random bytes in large objects", data.Noise),
        }.Take(servers.Settings.Kinds + 1);
        servers.Report.Title("One restore into a new database, from a folder");
        servers.Report.Header("data", "stored MB", $"`{Shell}` s", "BackupApp s", "ratio", "CPU s", "peak MiB");
        var ratio = 0.0;
        foreach (var (name, database) in kinds)
        {
            if (database is null)
                continue;
            var measured = await CompareAsync(servers, app, name, database);
            ratio = database == data.Text ? measured : ratio;
        }

        servers.Report.Line(
            $"\nOf text and JSON, from the request to the success, its rows held against the dump: {Number(ratio)} × the time of `{Shell}` "
            + "(the aim is 1.05).");
    }

    private static async Task<double> CompareAsync(BenchServers servers, BenchApp app, string name, string database)
    {
        var commands = new Commands(servers.Postgres, servers.S3);
        var backup = await app.BackUpAsync(database);
        await RestoreAsync(app, backup, $"{database}_restored"); // Once for the caches, and for the code that was never run yet.
        await DropAsync(servers, $"{database}_restored");
        var (byShell, byUs) = (new List<double>(), new List<Measurement>());
        for (var run = 1; run <= servers.Settings.Runs; run++)
        {
            var target = $"{database}_restored";
            var command = $"createdb --template=template0 {target} && gunzip -c -- '{backup.File}' | pg_restore --dbname={target}";
            byShell.Add((await commands.RunAsync(command, database)).Wall);
            await DropAsync(servers, target);
            byUs.Add(await RestoreAsync(app, backup, target));
            await DropAsync(servers, target);
            Progress(string.Create(CultureInfo.InvariantCulture, $"{name}, run {run}: {byShell[^1]:0.00} s, {byUs[^1].Wall:0.00} s"));
        }

        var (shell, ours) = (Percentile(byShell, 0.5), Percentile(byUs.Select(m => m.Wall), 0.5));
        servers.Report.Row(
            name,
            Megabytes(new FileInfo(backup.File).Length),
            Number(shell),
            Number(ours),
            Number(ours / shell),
            Number(Percentile(byUs.Select(m => m.Cpu), 0.5), "0.0"),
            Mebibytes(Percentile(byUs.Select(m => (double)m.Peak), 0.5)));
        await app.Client.SubmitAsync($"/Jobs/{backup.Job}", "?handler=Delete", []);
        return ours / shell;
    }

    private static async Task<Measurement> RestoreAsync(BenchApp app, BenchBackup backup, string target)
    {
        var cpu = Processes.Cpu(app.Id);
        var id = await app.Client.RestoreAsync(backup.Source, backup.Artifact, "Beside", new() { ["TargetDatabase"] = target });
        var restoring = RestoredAsync(app, id);
        var peak = await Processes.PeakAsync(app.Id, restoring);
        var job = await restoring;
        return new((job.FinishedAt!.Value - job.CreatedAt).TotalSeconds, Processes.Cpu(app.Id) - cpu, peak, null);
    }

    private static async Task<RestoreJob> RestoredAsync(BenchApp app, Guid id)
    {
        var job = await RestoreForms.RestoredAsync(app.Settings, id, seconds: 3600);
        return job.Status == RunStatus.Success ? job : throw new InvalidOperationException($"{job.Status}: {job.ErrorSummary}");
    }

    private static Task DropAsync(BenchServers servers, string database) =>
        servers.Postgres.ExecuteAsync($"DROP DATABASE {TestPostgres.Quote(database)} WITH (FORCE)");
}

/// <param name="File">The stored object.</param>
public sealed record BenchBackup(Guid Source, Guid Job, Guid Artifact, string File);
