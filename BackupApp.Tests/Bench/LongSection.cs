using static BackupApp.Tests.Bench.BenchReport;

namespace BackupApp.Tests.Bench;

/// <summary>
/// A stream that is longer than an upload of default parts can hold (48.9 GiB): a tool that only
/// writes, as a whole job with level 0, to a store that only counts.
/// </summary>
public static class LongSection
{
    public static async Task RunAsync(BenchServers servers)
    {
        var bytes = servers.Settings.LongMegabytes * 1_000_000L;
        var tools = Directory.CreateTempSubdirectory("backupapp-long-");
        var tool = Path.Combine(tools.FullName, "pg_dump");
        // 15 as the tests' server, with a minor that makes it the newest of its major.
        var version = await servers.Postgres.ScalarAsync<int>("SELECT current_setting('server_version_num')::int / 10000");
        await File.WriteAllTextAsync(
            tool,
            $"#!/bin/sh\n[ \"$1\" = --version ] && echo 'pg_dump (PostgreSQL) {version}.999' && exit\nexec head -c {bytes} /dev/zero\n");
        File.SetUnixFileMode(
            tool,
            UnixFileMode.UserRead
                | UnixFileMode.UserWrite
                | UnixFileMode.UserExecute
                | UnixFileMode.GroupRead
                | UnixFileMode.GroupExecute
                | UnixFileMode.OtherRead
                | UnixFileMode.OtherExecute);

        await using var store = await DiscardingStore.StartAsync();
        await using var app = await BenchApp.StartAsync(
            servers,
            null,
            ("BackupApp__Backups__PostgresClientFolders__0", tools.FullName),
            ("BackupApp__Backups__CompressionLevel", "0"));
        var bucket = await app.AddBucketAsync(store.Address);
        var idle = Processes.Status(app.Id, "VmRSS");
        Processes.ResetPeak(app.Id);
        var job = await app.RunAsync(await servers.Postgres.CreateDatabaseAsync("bench_long"), bucket);
        var peak = Processes.Status(app.Id, "VmHWM");
        tools.Delete(recursive: true);

        servers.Report.Title("A long stream");
        servers.Report.Header("GB", "parts", "wall s", "MB/s", "idle MiB", "peak MiB");
        servers.Report.Row(
            Number(job.Stored!.Value / 1e9, "0.0"),
            $"{store.MostParts} of 10,000",
            Number(job.Wall, "0"),
            Number(job.Stored.Value / 1e6 / job.Wall, "0"),
            Mebibytes(idle),
            Mebibytes(peak));
        Assert.True(store.MostBytes >= bytes, $"{store.MostBytes} bytes arrived.");
    }
}
