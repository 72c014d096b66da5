using BackupApp.Backups.Dumps;
using BackupApp.Backups.Streams;
using BackupApp.DataSources;
using BackupApp.Destinations;
using Microsoft.Extensions.Options;

namespace BackupApp.Backups;

/// <summary>
/// dump → limit → compress → measure → store, written once. An engine contributes a command, a destination a store; everything streams, nothing
/// touches the disk. The tool's end with an error reaches this method as an exception before any stage could finish, so a truncated dump is never
/// completed.
/// </summary>
public sealed class BackupPipeline(JobTransitions transitions, MemoryBudget memory, IOptions<BackupOptions> options, TimeProvider time)
{
    /// <summary>The stored object, or null when the fence refused: the job is not this run's any more, or somebody cancelled it.</summary>
    /// <param name="lost">The job was given to somebody else.</param>
    /// <exception cref="DumpFailedException">The database or its tool.</exception>
    /// <exception cref="StoreException">The destination.</exception>
    public async Task<ObjectInfo?> RunAsync(ClaimedJob job, DumpCommand command, UploadOptions upload, IObjectStore store, RunProgress progress, CancellationToken lost, CancellationToken cancellationToken)
    {
        var threads = options.Value.CompressionThreadsOf(job.Job.CompressionThreads);
        var blocks = job.Job.CompressionLevel is null ? PlainStream.Memory : ParallelGzipStream.MemoryOf(threads);
        upload = upload with { MostMemory = memory.Bytes - blocks };
        using var share = await memory.ReserveAsync(blocks + store.MemoryOf(upload), progress.WaitForMemory, cancellationToken);

        await using var target = await store.BeginUploadAsync(job.Artifact.Key, upload with { Grow = share.TryGrow }, cancellationToken);
        if (!await transitions.UploadOpenedAsync(job, target.Upload.Id, cancellationToken))
            return null;

        await using var stored = new MeasuredStream(target.Body, hash: true);
        await using BlockStream blockwise = job.Job.CompressionLevel is { } level
            ? new ParallelGzipStream(stored, level, threads, cancellationToken: cancellationToken)
            : new PlainStream(stored, cancellationToken: cancellationToken);
        await using var read = new MeasuredStream(blockwise, hash: false);
        progress.Watch(read, stored);

        await DumpAsync(command, Limited(read, job.Job.RateLimit, cancellationToken), progress, cancellationToken);
        await blockwise.FinishAsync(cancellationToken);
        await target.SealAsync(cancellationToken);

        if (!await transitions.SealAsync(job, read.BytesWritten, stored.BytesWritten, stored.GetHash(), cancellationToken))
            return null;

        // From here on the intent to complete is on record: neither a cancel nor a shutdown may leave it half done, only the loss of the job.
        return await target.CompleteAsync(lost);
    }

    private WriteOnlyStream Limited(WriteOnlyStream sink, int? megabytes, CancellationToken cancellationToken) =>
        megabytes is { } rate ? new RateLimitedStream(sink, rate * 1_000_000L, time, cancellationToken) : sink;

    private async Task DumpAsync(DumpCommand command, WriteOnlyStream sink, RunProgress progress, CancellationToken cancellationToken)
    {
        var tool = new DumpProcess(command, DumpLimits.Default with { Stall = options.Value.StallTimeout, Priority = options.Value.ToolPriority }, time);
        try
        {
            await tool.CopyToAsync(sink, cancellationToken);
        }
        finally
        {
            progress.KeepToolLog(tool.StderrTail);
        }
    }
}
