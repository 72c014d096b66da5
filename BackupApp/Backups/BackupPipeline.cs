using BackupApp.Destinations;
using BackupApp.Engines;
using BackupApp.Engines.Archives;
using BackupApp.Inventories;
using BackupApp.Runs;
using BackupApp.Streams;
using BackupApp.Tools;
using Microsoft.Extensions.Options;

namespace BackupApp.Backups;

/// <summary>
/// dump → limit → read what is in it → compress → measure → store, written once. An engine contributes a command, a destination a store;
/// everything streams, nothing touches the disk. The tool's end with an error reaches this method as an exception before any stage could
/// finish, so a truncated dump is never completed.
/// </summary>
public sealed class BackupPipeline(
    ArtifactTransitions transitions,
    MemoryBudget memory,
    IOptions<BackupOptions> options,
    IOptions<InventoryOptions> inventory,
    TimeProvider time)
{
    private const int LongestName = 200;

    /// <summary>The stored object, or null when the fence refused: the job is not this run's any more, or somebody cancelled it.</summary>
    /// <exception cref="DumpFailedException">The database or its tool.</exception>
    /// <exception cref="StoreException">The destination.</exception>
    public async Task<StoredDump?> RunAsync(
        BackupContext run,
        BackupArtifact artifact,
        ToolCommand command,
        UploadOptions upload,
        CancellationToken cancellationToken)
    {
        var job = run.Job.Job;
        var threads = options.Value.CompressionThreadsOf(job.CompressionThreads);
        var blocks = artifact.Form.IsGzip ? ParallelGzipStream.MemoryOf(threads) : PlainStream.Memory;
        upload = upload with { MostMemory = memory.Bytes - blocks };
        using var share = await memory.ReserveAsync(blocks + run.Store.MemoryOf(upload), run.Progress.WaitForMemory, cancellationToken);

        await using var target = await run.Store.BeginUploadAsync(
            artifact.Copy.Key, upload with { Grow = share.TryGrow }, cancellationToken);
        if (!await transitions.UploadOpenedAsync(run.Job, artifact, target.Upload.Id, cancellationToken))
            return null;

        await using var stages = new StageList(target.Body);
        var stored = stages.Add(next => new MeasuredStream(next, hash: true));
        stages.Add(next => Compressed(next, artifact.Form, threads, cancellationToken));
        var reader = inventory.Value.Read ? ArchiveReaders.For(job.Engine, artifact.Kind) : null;
        var tap = stages.Add(next => new ContentsTap(next, reader, time));
        var read = stages.Add(next => new MeasuredStream(next, hash: false));
        if (job.RateLimit is { } megabytes)
            stages.Add(next => new RateLimitedStream(next, megabytes * 1_000_000L, time, cancellationToken));
        run.Progress.Watch(read, stored, () => Step(run, artifact, tap.Progress));

        var notes = await DumpAsync(run, artifact, command, stages.Entry, cancellationToken);
        var contents = tap.Complete();
        if (ArchiveJudgement.Note(contents, command.Program, inventory.Value.FailsBackups) is { } note)
            notes = [.. notes, note];
        await stages.FinishAsync(cancellationToken);
        await target.SealAsync(cancellationToken);

        var dump = new SealedDump(read.BytesWritten, stored.BytesWritten, stored.GetHash(), notes);
        if (!await transitions.SealAsync(run.Job, artifact, run.Progress, dump, cancellationToken))
            return null;

        // From here on the intent to complete is on record: neither a cancel nor a shutdown may
        // leave it half done, only the loss of the job.
        var completed = await target.CompleteAsync(run.Lost);
        foreach (var lack in notes)
            run.Progress.Warn(run.Artifacts == 1 ? lack : $"{artifact.ShownDatabase}: {lack}");
        return new StoredDump(completed, contents);
    }

    private static RunStep? Step(BackupContext run, BackupArtifact artifact, ArchiveProgress? at) => at is null
        ? null
        : new(Shown(run.Artifacts == 1 ? at.Table : $"{artifact.Database}: {at.Table}"), at.Number, at.Total);

    // Names are the database's choice.
    private static string Shown(string name) => ShellWord.Show(name.Length > LongestName ? $"{name[..LongestName]}…" : name);

    private static BlockStream Compressed(Stream next, StoredForm form, int threads, CancellationToken cancellationToken) =>
        form.CompressionLevel is { } level
            ? new ParallelGzipStream(next, level, threads, cancellationToken: cancellationToken)
            : new PlainStream(next, cancellationToken: cancellationToken);

    /// <summary>What the dump lacks: known beforehand, and from the tool's own words.</summary>
    private async Task<IReadOnlyList<string>> DumpAsync(
        BackupContext run,
        BackupArtifact artifact,
        ToolCommand command,
        Stream sink,
        CancellationToken cancellationToken)
    {
        await using var watch = await run.Engine.WatchAsync(run.Connection, run.Server, command, cancellationToken);
        var tool = new ToolStarts(
            command,
            DumpLimits.Default with { Stall = options.Value.StallTimeout, Priority = options.Value.ToolPriority },
            time);
        var heading = run.Artifacts == 1 ? null : artifact.ShownDatabase;
        run.Progress.Listen(heading, () => tool.StderrTail);
        try
        {
            await tool.CopyToAsync(sink, cancellationToken);
            return [.. command.Notes, .. command.Words?.Notes(tool.Said) ?? []];
        }
        finally
        {
            if (tool.BytesRead > 0)
                run.Progress.Saw(watch.Connection);
            run.Progress.AddToolLog(heading, tool.StderrTail);
        }
    }
}

/// <summary>A dump whose object is complete.</summary>
/// <param name="Contents">What was read of it as it passed.</param>
public sealed record StoredDump(ObjectInfo Stored, ArchiveReading Contents);
