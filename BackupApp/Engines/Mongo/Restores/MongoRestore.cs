using BackupApp.Engines.Archives;
using BackupApp.Engines.Restores;
using BackupApp.Errors;
using BackupApp.Inventories;
using BackupApp.Network;
using BackupApp.Tools;
using Microsoft.Extensions.Options;

namespace BackupApp.Engines.Mongo.Restores;

/// <summary>
/// How archives of mongodump are brought back. MongoDB cannot rename a database: what is to be overwritten is dropped collection
/// by collection, so the
/// whole archive is read and found whole before the first. The way back from there is a backup of the target, which is the run's to take.
/// </summary>
public sealed class MongoRestore(MongoConnector connector, MongoRestoreTool tool, IOptions<NetworkOptions> options, TimeProvider time)
    : IEngineRestore
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestTry = TimeSpan.FromSeconds(10);

    public bool KeepsReplaced => false;

    public Task<TargetProbe> ProbeAsync(RestoreOrder order, CancellationToken cancellationToken) =>
        Probe.RunAsync(order, Limit, cancellationToken);

    public async Task<RestoreReadiness> CheckReadyAsync(
        DatabaseConnection connection, DumpSelection selection, CancellationToken cancellationToken)
    {
        if (tool.Find() is null)
            return MongoReadyChecks.NoTool;
        return await Probe.CheckReadyAsync(connection, Limit, cancellationToken);
    }

    public async Task<RestoreReport> RestoreAsync(RestoreOrder order, IRestoreSteps steps, CancellationToken cancellationToken)
    {
        steps.Report(new(RestorePhase.Connecting));
        await CheckAsync(order, cancellationToken);
        var picked = PickedCollections.Of(order, await VerifyAsync(steps, cancellationToken));
        picked.RequireAny();
        if (picked.Note is { } note)
            steps.Warn(note);

        // To read it all may have taken hours.
        var target = await CheckAsync(order, cancellationToken);
        using var command = await tool.PrepareAsync(order, cancellationToken);
        steps.Began(command.ToolVersion, target.ServerVersion ?? "");
        if (order.Mode != RestoreMode.Overwrite)
            return await new NewMongoDatabase(Probe, order).RunAsync(steps, picked, FillAsync, cancellationToken);
        await steps.SwappingAsync(Fence(order), cancellationToken);
        return await FillAsync();

        async Task<RestoreReport> FillAsync()
        {
            var errors = await FeedAsync(order, steps, command, cancellationToken);
            return await CountAsync(order, steps, picked.Counted, errors, cancellationToken);
        }
    }

    /// <summary>Nothing changes its name: from here on what was there is replaced, or what was made is in use.</summary>
    internal static RestoreSwap Fence(RestoreOrder order) => new(order.Database, new(order.Database, 0), null);

    /// <summary>There is nothing to swap: the run restores the backup that it took of the target before.</summary>
    public Task<SwapReport> UndoAsync(SwapOrder order, IRestoreSteps steps, CancellationToken cancellationToken) =>
        throw new RestoreFailedException(
            RunStage.Swap,
            "not_possible",
            "MongoDB cannot rename databases: undo by restoring the backup that was taken of the target before the restore.");

    /// <summary>None is ever kept.</summary>
    public Task DropKeptAsync(SwapOrder order, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<RestoreRemains> SettleAsync(RestoreOrder order, RestoreMarks marks, CancellationToken cancellationToken) =>
        order.Mode == RestoreMode.Overwrite
            ? Task.FromResult(Replaced(order, marks))
            : new NewMongoDatabase(Probe, order).SettleAsync(marks, cancellationToken);

    private static RestoreRemains Replaced(RestoreOrder order, RestoreMarks marks) => marks.Swap is null
        ? new(RestoreStanding.AsBefore, null, "Nothing was changed on the target: the archive was still being read.")
        : new(
            RestoreStanding.Touched, null,
            $"\"{order.Database}\" may hold a part of the backup: restore again, or restore the backup that was taken of it before.");

    private MongoRestoreProbe Probe => new(connector, options.Value);

    private async Task<TargetProbe> CheckAsync(RestoreOrder order, CancellationToken cancellationToken)
    {
        var probe = await ConnectPatience.TryAsync(
            LongestTry, limit => Probe.ReadAsync(order, limit, cancellationToken), time, cancellationToken);
        return probe.Checks.FirstOrDefault(c => c.State == CheckState.Bad) is { } bad
            ? throw new RestoreFailedException(RunStage.Connect, bad.Code, bad.Text, bad.Fix)
            : probe;
    }

    // Its hash, its compression and its structure, to the last byte.
    private static async Task<Inventory> VerifyAsync(IRestoreSteps steps, CancellationToken cancellationToken)
    {
        steps.Report(new(RestorePhase.Verifying));
        var reader = ArchiveReaders.For(Engine.Mongodb, ArtifactKind.Database);
        await using var archive = await steps.OpenDumpAsync(cancellationToken);
        var buffer = new byte[256 * 1024];
        while (await archive.ReadAsync(buffer, cancellationToken) is > 0 and var read)
            reader.Write(buffer.AsSpan(0, read));
        return reader.Complete() switch
        {
            ArchiveReading.Whole { Inventory: var inventory } => inventory,
            ArchiveReading.Damaged damaged => throw new RestoreFailedException(
                RunStage.Read, "archive_damaged",
                    $"The backup is damaged {damaged.Where}: {damaged.What} Nothing was changed on the target."),
            ArchiveReading.NotRead unread => throw new RestoreFailedException(
                RunStage.Read, "archive_unreadable", $"The backup cannot be read: {unread.Reason} Nothing was changed on the target."),
            _ => throw new InvalidOperationException("There is no other reading."),
        };
    }

    private async Task<IReadOnlyList<string>> FeedAsync(
        RestoreOrder order, IRestoreSteps steps, ToolCommand command, CancellationToken cancellationToken)
    {
        await using var archive = await steps.OpenDumpAsync(cancellationToken);
        var lines = new MongoRestoreLines(steps);
        var process = new DumpProcess(command, DumpLimits.Default with { Stall = order.Stall }, time, lines);
        try
        {
            await process.FeedAsync(archive, Stream.Null, cancellationToken);
        }
        catch (DumpFailedException e) when (e.Stage is RunStage.Dump or RunStage.Store)
        {
            throw new RestoreFailedException(
                RunStage.Restore, e.Code == DumpFailure.Failed ? "restore_failed" : e.Code, e.Message, Half(order), e);
        }
        catch (StagedException e) when (e.Stage == RunStage.Read && order.Mode == RestoreMode.Overwrite)
        {
            // It was whole when it was read the first time, and the first collections are dropped by now.
            throw new RestoreFailedException(RunStage.Read, e.FailureCode, e.Message, Half(order), e);
        }
        finally
        {
            steps.Saw(ToolConnection.Told(order.Target.TlsMode != TlsMode.Disable, order.Target.VerifiesServer()));
        }

        // mongorestore ends with 0 all the same.
        if (lines.Failed == 0)
            return [];
        var text = $"{lines.Failed} document(s) failed to restore{(lines.Error is { } error ? $": {error}" : ".")}";
        return order.GoOnPastErrors ? [text] : throw new RestoreFailedException(RunStage.Restore, "documents_failed", text, Half(order));
    }

    private async Task<RestoreReport> CountAsync(
        RestoreOrder order, IRestoreSteps steps, IReadOnlyList<InventoryTable> wanted, IReadOnlyList<string> errors,
            CancellationToken cancellationToken)
    {
        steps.Report(new(RestorePhase.Counting));
        var counted = await Probe.CountAsync(order, [.. wanted.Select(t => t.Name)], LongestTry, cancellationToken);
        var wrong = wanted.Where(t => t.Rows is { } rows && counted.GetValueOrDefault(t.Name) != rows).Select(t => t.Name).ToList();
        if (wrong.Count > 0 && errors.Count == 0)
        {
            throw new RestoreFailedException(
                RunStage.Restore, "rows_differ",
                    $"What was restored is not what the dump holds, in: {string.Join(", ", wrong.Take(5))}.", Half(order));
        }

        if (MongoNextSteps.Untold(order) is { } untold)
            steps.Warn(untold);
        return new(order.Database, 0)
        {
            Errors = errors,
            Tables = [.. counted.Select(c => new RestoredTable(order.Database, c.Key, c.Value))],
            Next = [.. MongoNextSteps.Of(order)],
        };
    }

    // What was made anew is dropped again.
    private static string? Half(RestoreOrder order) => order.Mode == RestoreMode.Overwrite
        ? "Collections that came before it are restored already: restore the backup that was taken of the target before, or try again."
        : null;
}
