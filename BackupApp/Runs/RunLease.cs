using BackupApp.Audit;
using BackupApp.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace BackupApp.Runs;

/// <summary>What a heartbeat learns.</summary>
public enum BeatAnswer
{
    GoOn,
    CancelRequested,

    /// <summary>Somebody else holds the run.</summary>
    Lost,
}

/// <summary>
/// How one execution gets, keeps and gives up a run: claim, beat, fence, finish, and taking over what is lost. All
/// are conditional UPDATEs with their audit entries in one transaction, by the database's clock: no row changed means
/// that somebody else decided. See <see cref="ConditionalChanges"/> for what happens while the database is away.
/// </summary>
public sealed class RunLease<T>(ConditionalChanges changes, IOptions<RunOptions> options)
    where T : Run
{
    /// <summary>
    /// Takes a queued run. False when it is not queued any more, or has no place: then it is parked
    /// until a run that finishes sends it again.
    /// </summary>
    /// <param name="withPlace">Those of the rows that may run now, under a lock that makes a count and a claim one decision.</param>
    /// <param name="prepare">What is written in the same transaction.</param>
    public async Task<bool> ClaimAsync(
        HeldRun claim,
        Func<AppDbContext, IQueryable<T>, Task<IQueryable<T>>> withPlace,
        Func<AppDbContext, AuditLog, Task> prepare,
        CancellationToken cancellationToken)
    {
        var claimed = false;
        var decided = await changes.TryAsync(
            async (db, audit) =>
            {
                var place = await withPlace(db, db.Queued<T>(claim.Id));
                claimed = await TakeAsync(place, claim.WorkerId, cancellationToken);
                if (!claimed)
                    return await ParkAsync(db, claim.Id, cancellationToken);
                await prepare(db, audit);
                await db.SaveChangesAsync(cancellationToken);
                return true;
            },
            db => db.Run<T>(claim.Id).AnyAsync(r => r.WorkerId == claim.WorkerId, cancellationToken),
            cancellationToken);
        return decided && claimed;
    }

    /// <summary>Shows that the run is alive, and writes its progress.</summary>
    public async Task<BeatAnswer> BeatAsync(HeldRun held, RunProgress progress, CancellationToken cancellationToken)
    {
        var answer = await changes.ReadAsync(db =>
        {
            var table = RunTable.Of<T>(db);
            var sql = $$"""
                update {{table.Name}} set {{table[nameof(Run.HeartbeatAt)]}} = now(), {{table[nameof(Run.BytesRead)]}} = {0},
                    {{table[nameof(Run.BytesStored)]}} = {1}, {{table[nameof(Run.IsWaitingForMemory)]}} = {2},
                    {{table[nameof(Run.StepName)]}} = {5}, {{table[nameof(Run.StepNumber)]}} = {6}, {{table[nameof(Run.StepTotal)]}} = {7},
                    {{table[nameof(Run.ToolLog)]}} = coalesce({8}, {{table[nameof(Run.ToolLog)]}})
                where {{table[nameof(Run.Id)]}} = {3} and {{table[nameof(Run.Status)]}} = 'running'
                    and {{table[nameof(Run.WorkerId)]}} = {4}
                returning {{table[nameof(Run.CancelRequested)]}} as "Value"
                """;
            var step = progress.Step;
            object[] values =
            [
                progress.BytesRead, progress.BytesStored, progress.WaitsForMemory, held.Id, held.WorkerId,
                Text(step?.Name), Number(step?.Number), Number(step?.Total), Text(progress.TakeNewLog()),
            ];
            return db.Database.SqlQueryRaw<bool>(sql, values).ToListAsync(cancellationToken);
        });
        return answer switch
        {
            [] => BeatAnswer.Lost,
            [true, ..] => BeatAnswer.CancelRequested,
            _ => BeatAnswer.GoOn,
        };
    }

    /// <summary>The fence: a change that only the holder of a run may make, and only while nobody has asked to cancel.</summary>
    /// <param name="alongside">The change itself; false rolls back.</param>
    /// <param name="happened">Asks whether it took effect, when the commit's answer was lost.</param>
    public Task<bool> FenceAsync(
        HeldRun held,
        RunProgress progress,
        Func<AppDbContext, Task<bool>> alongside,
        Func<AppDbContext, Task<bool>> happened,
        CancellationToken cancellationToken) =>
        changes.TryAsync(
            async (db, _) => await db.Held<T>(held).Where(r => !r.CancelRequested).ExecuteUpdateAsync(
                set => set.SetProperty(r => r.HeartbeatAt, _ => DateTimeOffset.UtcNow)
                    .SetProperty(r => r.BytesRead, progress.BytesRead)
                    .SetProperty(r => r.BytesStored, progress.BytesStored),
                cancellationToken) == 1
                && await alongside(db),
            happened,
            cancellationToken);

    /// <summary>Ends the run as <paramref name="outcome"/> says. False when this execution does not hold it any more.</summary>
    /// <param name="alongside">What ends with it, in the same transaction.</param>
    public Task<bool> FinishAsync(
        HeldRun held,
        RunOutcome outcome,
        RunRecord record,
        Func<AppDbContext, AuditLog, Task> alongside,
        CancellationToken cancellationToken)
    {
        if (!Run.CanMove(RunStatus.Running, outcome.Status))
            throw new InvalidOperationException($"A running run cannot become {outcome.Status}.");
        return changes.TryAsync(
            async (db, audit) =>
            {
                if (await EndAsync(db.Held<T>(held), outcome, record, cancellationToken) == 0)
                    return false;
                await alongside(db, audit);
                await db.SaveChangesAsync(cancellationToken);
                return true;
            },
            db => db.Run<T>(held.Id).AnyAsync(r => r.WorkerId == held.WorkerId && r.Status == outcome.Status, cancellationToken),
            cancellationToken);
    }

    /// <summary>
    /// Those whose workers showed no sign of life for long. By the database's clock on both sides; and while it was away itself nobody
    /// could show one. One look proves nothing: see <see cref="SilentRuns{T}"/>.
    /// </summary>
    public Task<List<SilentRun>> FindSilentAsync(CancellationToken cancellationToken) => changes.ReadAsync(db =>
    {
        var table = RunTable.Of<T>(db);
        var sql = $$"""
            select {{table[nameof(Run.Id)]}} as "Id", {{table[nameof(Run.HeartbeatAt)]}} as "HeartbeatAt" from {{table.Name}}
            where {{table[nameof(Run.Status)]}} = 'running' and {{table[nameof(Run.HeartbeatAt)]}} < now() - {0}
                and now() - pg_postmaster_start_time() > {0}
            """;
        return db.Database.SqlQueryRaw<SilentRun>(sql, options.Value.HeartbeatTimeout).ToListAsync(cancellationToken);
    });

    /// <summary>
    /// Takes a running run away from a worker that has shown no sign of life since it was looked at. False when it has shown one, or
    /// somebody else took it.
    /// </summary>
    public Task<bool> TakeOverAsync(SilentRun silent, HeldRun taker, CancellationToken cancellationToken) =>
        changes.TryAsync(
            async (db, _) => await db.Run<T>(taker.Id)
                .Where(r => r.Status == RunStatus.Running && r.HeartbeatAt == silent.HeartbeatAt)
                .ExecuteUpdateAsync(
                    set => set.SetProperty(r => r.WorkerId, taker.WorkerId)
                        .SetProperty(r => r.HeartbeatAt, _ => DateTimeOffset.UtcNow)
                        .SetProperty(r => r.ReapedAt, r => r.ReapedAt ?? DateTimeOffset.UtcNow),
                    cancellationToken) == 1,
            db => db.Run<T>(taker.Id).AnyAsync(r => r.WorkerId == taker.WorkerId, cancellationToken),
            cancellationToken);

    private static async Task<bool> TakeAsync(IQueryable<T> place, Guid workerId, CancellationToken cancellationToken) =>
        await place.ExecuteUpdateAsync(
            set => set.SetProperty(r => r.Status, RunStatus.Running)
                .SetProperty(r => r.WorkerId, workerId)
                .SetProperty(r => r.WorkerName, $"{Environment.MachineName}/{Environment.ProcessId}")
                .SetProperty(r => r.ParkedAt, (DateTimeOffset?)null)
                .SetProperty(r => r.StartedAt, _ => DateTimeOffset.UtcNow)
                .SetProperty(r => r.HeartbeatAt, _ => DateTimeOffset.UtcNow),
            cancellationToken) == 1;

    private static async Task<bool> ParkAsync(AppDbContext db, Guid id, CancellationToken cancellationToken) =>
        await db.Queued<T>(id)
            .ExecuteUpdateAsync(set => set.SetProperty(r => r.ParkedAt, _ => DateTimeOffset.UtcNow), cancellationToken) == 1;

    private static NpgsqlParameter Text(string? value) =>
        new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    private static NpgsqlParameter Number(int? value) =>
        new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer };

    private static Task<int> EndAsync(IQueryable<T> held, RunOutcome outcome, RunRecord record, CancellationToken cancellationToken) =>
        held.ExecuteUpdateAsync(
            set => set.SetProperty(r => r.Status, outcome.Status)
                .SetProperty(r => r.FinishedAt, _ => DateTimeOffset.UtcNow)
                .SetProperty(r => r.ErrorStage, outcome.Stage)
                .SetProperty(r => r.ErrorCode, outcome.Code)
                .SetProperty(r => r.ErrorSummary, outcome.Summary)
                .SetProperty(r => r.CancelReason, outcome.CancelReason)
                .SetProperty(r => r.BytesRead, record.BytesRead)
                .SetProperty(r => r.BytesStored, record.BytesStored)
                .SetProperty(r => r.ConnectionProtection, record.Connection == null ? null : record.Connection.Protection)
                .SetProperty(r => r.StepName, (string?)null)
                .SetProperty(r => r.StepNumber, (int?)null)
                .SetProperty(r => r.StepTotal, (int?)null)
                .SetProperty(r => r.ToolLog, record.ToolLog)
                .SetProperty(r => r.Warning, record.Warning),
            cancellationToken);
}
