using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Engines;
using BackupApp.Engines.Restores;
using BackupApp.Errors;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Restores;

/// <summary>
/// What a person does after a restore: swap the old database back, put a partly restored one in its place all the same, or drop the
/// one that stands beside. One at a time for each restore. Goes on when the browser that asked has gone.
/// </summary>
public sealed class RestoreAftermath(
    AppDbContext db, AuditLog audit, EngineCatalog engines, RestoreTargets targets, RestorePlans plans, BackupQueue backups)
{
    // What is asked here is only where the two databases are: nothing is to be dropped.
    private static readonly KeptDatabase Nothing = new("nothing_restoring_000000000000", 0);

    /// <summary>Whatever it is takes seconds; after this time nobody is at it any more.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    /// <param name="typed">The name of the database, as the person typed it.</param>
    /// <param name="loginUri">Where the stored login cannot do it; null for the stored one.</param>
    /// <exception cref="NotFoundException"/>
    /// <exception cref="InvalidInputException"/>
    /// <exception cref="ConflictException">
    /// There is nothing to swap, somebody works on the database, or it did not work: the sentence says whether anything was changed.
    /// </exception>
    public async Task<string> SwapAsync(Guid id, string? typed, string? loginUri)
    {
        var job = await FindAsync(id, j => j.CanUndo || j.CanPutInPlace, "There is no database beside this one that could be swapped in.");
        RequireTyped(typed, job.TargetDatabase);
        var isUndo = job.CanUndo;
        return await OnceAsync(job, loginUri, isSwap: true, async (engine, order, token) =>
        {
            var steps = new SwapSteps(db, job.Id);
            var report = await SwappedBeforeAsync(engine, order, job, token) ?? await engine.UndoAsync(order, steps, token);
            await RecordAsync(job, AuditActions.RestoreUndone, new { database = report.Database, kept = report.Kept?.Name, isUndo },
                jobs => jobs.ExecuteUpdateAsync(
                set => set.SetProperty(j => j.KeptDatabase, report.Kept == null ? null : report.Kept.Name)
                    .SetProperty(j => j.KeptOid, report.Kept == null ? null : report.Kept.Oid)
                    .SetProperty(j => j.InPlace, true)
                    .SetProperty(j => j.UndoneAt, j => isUndo ? DateTimeOffset.UtcNow : j.UndoneAt)));
            var now = isUndo ? "the database from before the restore again" : "the restored database now";
            var other = report.Kept is not { } kept ? "Nothing had this name any more."
                : $"The {(isUndo ? "restored one" : "one from before")} is kept as {kept.Name}.";
            return $"{job.TargetDatabase} is {now}. {other}";
        });
    }

    /// <inheritdoc cref="SwapAsync"/>
    public async Task<string> DropKeptAsync(Guid id, string? typed, string? loginUri)
    {
        var job = await FindAsync(id, j => j.HasKept, "There is no database of this restore to drop.");
        RequireTyped(typed, job.KeptDatabase!);
        return await OnceAsync(job, loginUri, isSwap: false, async (engine, order, token) =>
        {
            await engine.DropKeptAsync(order, token);
            await RecordAsync(job, AuditActions.RestoreKeptDropped, new { database = job.KeptDatabase }, jobs => jobs.ExecuteUpdateAsync(
                set => set.SetProperty(j => j.KeptDroppedAt, _ => DateTimeOffset.UtcNow)));
            return $"{job.KeptDatabase} was dropped.";
        });
    }

    private async Task<RestoreJob> FindAsync(Guid id, Func<RestoreJob, bool> fits, string otherwise)
    {
        var job = await db.Set<RestoreJob>().AsNoTracking().SingleOrDefaultAsync(j => j.Id == id) ?? throw new NotFoundException("restore");
        return fits(job) ? job : throw new ConflictException(otherwise);
    }

    private static void RequireTyped(string? typed, string name)
    {
        if (typed != name)
            throw new InvalidInputException("Confirmation", $"Type the name of the database to say that you mean it: {name}");
    }

    private async Task<string> OnceAsync(
        RestoreJob job, string? loginUri, bool isSwap, Func<IEngineRestore, SwapOrder, CancellationToken, Task<string>> act)
    {
        using var limit = new CancellationTokenSource(Longest);
        var connection = await ConnectionAsync(job, loginUri, limit.Token);
        await TakeTurnAsync(job, isSwap, limit.Token);
        try
        {
            var order = new SwapOrder(job.Id, connection, job.TargetDatabase, new(job.KeptDatabase!, job.KeptOid ?? 0));
            return await act(engines.Of(job.Engine).Restore, order, limit.Token);
        }
        catch (StagedException e)
        {
            throw new ConflictException(Sentence(e), e);
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested)
        {
            throw new ConflictException("The server did not answer in time. Look at its databases, then try again.", e);
        }
        finally
        {
            await db.Set<RestoreJob>().Where(j => j.Id == job.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(j => j.AftermathAt, (DateTimeOffset?)null));
            await backups.SendParkedAsync(await RestoresUnderWay.SourcesOfAsync(db, [job], CancellationToken.None));
        }
    }

    /// <summary>Under the lock of the claims: a backup that begins after this finds the swap under way, and waits.</summary>
    private async Task TakeTurnAsync(RestoreJob job, bool isSwap, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await ClaimLimits.LockAsync(db, cancellationToken);
        if (isSwap && await RestoresUnderWay.FindAtWorkAsync(db, job, cancellationToken) is { } atWork)
            throw new ConflictException($"Nothing was changed. {atWork}");
        var longest = Longest;
        var mine = await db.Set<RestoreJob>().Where(j => j.Id == job.Id)
            .Where(j => j.AftermathAt == null || j.AftermathAt < DateTimeOffset.UtcNow - longest)
            .ExecuteUpdateAsync(set => set.SetProperty(j => j.AftermathAt, _ => DateTimeOffset.UtcNow), cancellationToken);
        if (mine == 0)
            throw new ConflictException("Somebody is doing this right now. Look again in a moment.");
        await transaction.CommitAsync(cancellationToken);
    }

    internal static string Sentence(StagedException failure) => failure is RestoreFailedException { IsUndecided: true }
        ? $"{failure.Sentence} Whether anything was changed is not known: try again when the server answers, which finds out."
        : $"Nothing was changed. {failure.Sentence}";

    private async Task<DatabaseConnection> ConnectionAsync(RestoreJob job, string? loginUri, CancellationToken cancellationToken)
    {
        var source = await db.Set<DataSource>().IgnoreQueryFilters().AsNoTracking().SingleAsync(s =>
            s.Id == job.DataSourceId, cancellationToken);
        try
        {
            if (string.IsNullOrWhiteSpace(loginUri))
                return await targets.ConnectionAsync(job, source, cancellationToken);
            var given = plans.ReadLogin(source, loginUri);
            return given.Host == job.TargetHost && given.Port == job.TargetPort
                ? await targets.ChooseTlsAsync(given, cancellationToken)
                : throw new InvalidInputException("LoginUri", $"This is another server than that of the restore: {job.TargetRef}");
        }
        catch (ConnectException e)
        {
            throw new InvalidInputException("LoginUri", e.Sentence);
        }
    }

    /// <summary>
    /// What a swap came to whose end nobody recorded, because the process died in between; null where it has not taken place.
    /// </summary>
    private static async Task<SwapReport?> SwappedBeforeAsync(
        IEngineRestore engine, SwapOrder order, RestoreJob job, CancellationToken cancellationToken)
    {
        if (job.Marks.Swap is not { Outgoing: not null } swap || swap.Incoming.Oid != order.Kept.Oid)
            return null;
        var dump = new DumpedDatabase(ArtifactKind.Database, job.BackupDatabase, job.ServerVersion);
        var remains = await engine.SettleAsync(
            new(job.Id, job.Mode, order.Target, order.Database, dump), new(Nothing, swap), cancellationToken);
        return remains.Standing == RestoreStanding.InPlace ? new(order.Database, swap.Incoming.Oid, remains.Kept ?? swap.Outgoing) : null;
    }

    private async Task RecordAsync(RestoreJob job, string action, object metadata, Func<IQueryable<RestoreJob>, Task<int>> change)
    {
        await using var transaction = await db.Database.BeginTransactionAsync();
        await change(db.Set<RestoreJob>().Where(j => j.Id == job.Id));
        audit.Record(action, job.ToAuditTarget(), metadata);
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
    }

    /// <summary>
    /// Of a swap without a run: what is about to happen is written down, so that it is known even if this process dies in the
    /// middle.
    /// </summary>
    private sealed class SwapSteps(AppDbContext db, Guid id) : IRestoreSteps
    {
        public Task<Stream> OpenDumpAsync(CancellationToken cancellationToken) => throw new NotSupportedException("A swap reads no dump.");

        public Task MadeAsync(string database, long oid, CancellationToken cancellationToken) =>
            throw new NotSupportedException("A swap makes nothing.");

        public Task FillingAsync(string database, long oid, CancellationToken cancellationToken) =>
            throw new NotSupportedException("A swap fills nothing.");

        public Task SwappingAsync(RestoreSwap swap, CancellationToken cancellationToken) => db.Set<RestoreJob>().Where(j => j.Id == id)
            .ExecuteUpdateAsync(set => set.SetProperty(j => j.Marks, new RestoreMarks(null, swap)), cancellationToken);

        public Task ClearedAsync(CancellationToken cancellationToken) => throw new NotSupportedException("A swap makes nothing.");

        public void Began(string toolVersion, string serverVersion)
        {
        }

        public void Saw(Tools.ToolConnection connection)
        {
        }

        public void Report(RestoreProgress progress)
        {
        }

        public void Warn(string sentence)
        {
        }

        public void Log(string line)
        {
        }
    }
}
