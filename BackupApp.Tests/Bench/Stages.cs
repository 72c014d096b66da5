using System.Diagnostics;
using BackupApp.Backups;
using BackupApp.Engines;
using BackupApp.Engines.Postgres;
using BackupApp.Streams;
using BackupApp.Tests.Support;
using BackupApp.Tools;

namespace BackupApp.Tests.Bench;

/// <summary>The pipeline's stages by themselves in this process, into nothing.</summary>
public static class Stages
{
    public static async Task<Measurement> RunAsync(BenchServers servers, string database)
    {
        var options = new BackupOptions();
        var tool = new PgDump(new PgTools([]), TestPostgres.Databases, Path.GetTempPath(), PgDump.DefaultLockWait);
        using var command = await tool.PrepareAsync(
            servers.Postgres.Connection(database),
            await servers.Postgres.ServerAsync(),
            DumpSelection.Everything,
            new(ArtifactKind.Database, database),
            CancellationToken.None);
        var (watch, cpu) = (Stopwatch.StartNew(), Processes.Cpu(Environment.ProcessId));

        await using var stored = new MeasuredStream(Stream.Null, hash: true);
        await using var gzip = new ParallelGzipStream(stored, options.CompressionLevel, options.CompressionThreadsOf(null));
        var process = new DumpProcess(command, DumpLimits.Default, TimeProvider.System);
        await process.CopyToAsync(gzip, CancellationToken.None);
        await gzip.FinishAsync(CancellationToken.None);

        // Its memory is that of the bench around it, which says nothing.
        return new(watch.Elapsed.TotalSeconds, Processes.Cpu(Environment.ProcessId) - cpu, 0, stored.BytesWritten);
    }
}
