using BackupApp.Backups;
using BackupApp.Engines;
using BackupApp.Engines.Restores;
using BackupApp.Errors;
using BackupApp.Runs;
using Microsoft.Extensions.Options;

namespace BackupApp.Restores;

/// <summary>
/// Restores a whole server, one part after the other: roles and tablespaces first, then each database as one that is made anew. A part that
/// fails stops no other. Whoever cancels keeps the databases that have their names by then.
/// </summary>
public sealed partial class ServerRun(
    RestoreTransitions transitions, EngineCatalog engines, IOptions<BackupOptions> backups, ILogger<ServerRun> logger)
{
    // A target that does not answer is looked at again at the end, and then by the reaper.
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(15);

    internal async Task<RestoreEnd> RunAsync(
        ClaimedRestore job, DatabaseConnection target, RunSteps steps, RunProgress progress, Heartbeat heartbeat)
    {
        var (engine, orders, book) = (engines.Of(job.Job.Engine).Restore, OrdersOf(job, target), new PartBook(transitions, job));
        await RequireReadyAsync(engine, orders, job, book.Parts, heartbeat.Token);
        var canceled = false;
        foreach (var part in book.Parts.All)
        {
            if (canceled || heartbeat.Token.IsCancellationRequested)
                break;
            canceled = !await RunAsync(engine, orders, job, part, steps, book, heartbeat);
            progress.Keep();
        }

        return await EndAsync(engine, orders, job, book, canceled || heartbeat.Token.IsCancellationRequested, heartbeat.CancelReason);
    }

    internal PartOrders OrdersOf(ClaimedRestore job, DatabaseConnection target) => new(
        job.Id, target, job.Job.Parts!.All.Any(p => p.Kind == ArtifactKind.Globals), job.Job.GoOnPastErrors, backups.Value.StallTimeout);

    // The wizard looked minutes or hours ago. What is in the way of one part is in the way before any is made.
    private async Task RequireReadyAsync(
        IEngineRestore engine, PartOrders orders, ClaimedRestore job, RestoreParts parts, CancellationToken cancellationToken)
    {
        var looks = new List<PartOrder>();
        foreach (var part in parts.All)
        {
            var claim = await transitions.ReadPartAsync(job, part, cancellationToken);
            looks.Add(orders.ToProbe(claim.Artifact, claim.Dump with { Inventory = null }, job.Job.ExpectedRestored));
        }

        var probe = await ServerProbe.RunAsync(engine, looks, cancellationToken);
        if (probe.Target.Ok)
            return;
        var bad = probe.Target.Checks.Concat(probe.Parts.SelectMany(p => p.Checks)).FirstOrDefault(c => c.State == CheckState.Bad);
        throw new RestoreFailedException(
            RunStage.Connect, probe.Target.Code ?? "target_refused", probe.Target.Message ?? "The target cannot be restored to.", bad?.Fix);
    }

    /// <returns>False when nothing more is to be begun.</returns>
    private async Task<bool> RunAsync(
        IEngineRestore engine, PartOrders orders, ClaimedRestore job, RestorePart part, RunSteps steps, PartBook book, Heartbeat heartbeat)
    {
        var claim = await transitions.ReadPartAsync(job, part, heartbeat.Token);
        var order = orders.Of(claim.Dump);
        var mine = new PartSteps(steps, book, claim, part with { Status = RunStatus.Running });
        mine.Log($"(BackupApp: {part.Name})");
        try
        {
            await book.WriteAsync(mine.Part, heartbeat.Token);
            var report = await engine.RestoreAsync(order, mine, heartbeat.Token);
            // Where nothing is swapped there was no fence to look at the whole object.
            await steps.VerifyAsync(heartbeat.Token);
            await book.RecordAsync(Done(mine.Part, report));
            return true;
        }
        catch (Exception e)
        {
            var isCancel = e is OperationCanceledException && (heartbeat.Token.IsCancellationRequested || e is LostRestoreException);
            if (!isCancel)
                LogFailed(e, part.Name, job.Job.DataSourceName);
            var outcome = isCancel ? RunOutcome.Canceled(heartbeat.CancelReason) : RunOutcome.From(e);
            await book.RecordAsync(await SettleAsync(engine, order, mine.Part.Ended(outcome)));
            return !isCancel;
        }
    }

    private async Task<RestoreEnd> EndAsync(
        IEngineRestore engine, PartOrders orders, ClaimedRestore job, PartBook book, bool canceled, CancelReason reason)
    {
        // What could not be cleared away before has another chance: the login is wiped after this.
        foreach (var part in book.Parts.All.Where(p => p is { IsThere: false, Marks.Made: not null }))
        {
            var claim = await transitions.ReadPartAsync(job, part, CancellationToken.None);
            await book.RecordAsync(await SettleAsync(engine, orders.Of(claim.Dump), part));
        }

        foreach (var part in book.Parts.All.Where(p => !p.IsOver))
            await book.RecordAsync(part with { Status = RunStatus.Canceled });
        // A cancel that came after the last part has come too late.
        var outcome = canceled && book.Parts.All.Any(p => p.Status == RunStatus.Canceled)
            ? RunOutcome.Canceled(reason)
            : book.Parts.ToOutcome();
        return ServerEnd.Of(book.Parts, outcome, engine.AfterServer);
    }

    /// <summary>The engine has tried to clear away what it made; this makes sure of it, and says what stands there.</summary>
    private async Task<RestorePart> SettleAsync(IEngineRestore engine, RestoreOrder order, RestorePart part)
    {
        if (part.Marks.Made is null)
            return part;
        using var limit = new CancellationTokenSource(SettleLimit);
        try
        {
            return ServerEnd.Settled(part, await engine.SettleAsync(order, part.Marks, limit.Token));
        }
        catch (Exception e) when (e is StagedException or OperationCanceledException)
        {
            LogNotSettled(e, part.Name, order.Id);
            // It may have its name by now: whoever takes the job over asks again, for as long as it takes.
            return part.Marks.Swap is not null ? throw new UndecidedRestoreException(e) : part;
        }
    }

    private static RestorePart Done(RestorePart part, RestoreReport report) => part with
    {
        Status = report.IsPartial ? RunStatus.Partial : RunStatus.Success,
        ErrorStage = report.IsPartial ? RunStage.Restore : null,
        ErrorCode = report.IsPartial ? RestoreEnd.SomeErrors : null,
        ErrorSummary = report.IsPartial ? RestoreEnd.Sentence(report) : null,
        Notes = [.. part.Notes, .. report.Errors.Take(RunSteps.MostWarnings)],
        Tables = part.Kind == ArtifactKind.Globals ? null : report.Tables.Count,
        Rows = part.Kind == ArtifactKind.Globals ? null : report.Rows,
    };

    [LoggerMessage(LogLevel.Error, "The part {Part} of a restore of {Source} failed")]
    private partial void LogFailed(Exception exception, string part, string source);

    [LoggerMessage(LogLevel.Warning, "What was made of the part {Part} of the restore {JobId} could not be cleared away yet")]
    private partial void LogNotSettled(Exception exception, string part, Guid jobId);
}
