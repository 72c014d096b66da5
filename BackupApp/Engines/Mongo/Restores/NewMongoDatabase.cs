using BackupApp.Engines.Restores;
using BackupApp.Errors;

namespace BackupApp.Engines.Mongo.Restores;

/// <summary>
/// A database that a restore makes, which has its name from the first document on. Until all of it is counted nobody uses it: when the
/// restore does not end well, its collections go again. Only those of the archive: whatever else is there by then is somebody else's.
/// </summary>
internal sealed class NewMongoDatabase(MongoRestoreProbe probe, RestoreOrder order)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ClearLimit = TimeSpan.FromSeconds(60);

    /// <param name="fill">Restores into it, and counts.</param>
    public async Task<RestoreReport> RunAsync(
        IRestoreSteps steps, PickedCollections picked, Func<Task<RestoreReport>> fill, CancellationToken cancellationToken)
    {
        await steps.MadeAsync(order.Database, 0, cancellationToken);
        try
        {
            var report = await fill();
            await steps.SwappingAsync(MongoRestore.Fence(order) with { Errors = report.Errors }, cancellationToken);
            return report;
        }
        catch
        {
            await ClearAsync(steps, picked);
            throw;
        }
    }

    /// <summary>See <see cref="IEngineRestore.SettleAsync"/>.</summary>
    public async Task<RestoreRemains> SettleAsync(RestoreMarks marks, CancellationToken cancellationToken)
    {
        if (marks.Made is null)
            return Gone;
        var there = await probe.ListAsync(order, Limit, cancellationToken);
        if (there.Count == 0)
            return Gone;
        if (marks.Swap is not null)
            return new(RestoreStanding.InPlace, null, $"The restored database is \"{order.Database}\".");
        var ours = order.Dump.Inventory is { } archive ? Names(PickedCollections.Of(order, archive)) : [];
        return ours.Count > 0 && (await probe.DropAsync(order, ours, Limit, cancellationToken)).Count == 0
            ? Gone
            : new(
                RestoreStanding.Touched, null,
                $"\"{order.Database}\" is not empty: a part of the backup may be in it. Look at it, and drop it before another try.");
    }

    private static RestoreRemains Gone => new(
        RestoreStanding.AsBefore, null, "The target is as it was; nothing of the restore is left there.");

    private async Task ClearAsync(IRestoreSteps steps, PickedCollections picked)
    {
        using var limit = new CancellationTokenSource(ClearLimit);
        try
        {
            await probe.DropAsync(order, Names(picked), Limit, limit.Token);
            await steps.ClearedAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is StagedException or OperationCanceledException)
        {
            steps.Warn($"What was restored so far could not be dropped yet: it is in \"{order.Database}\". That is tried again later.");
        }
    }

    private static HashSet<string> Names(PickedCollections picked) => [.. picked.Tables.Select(t => t.Name)];
}
