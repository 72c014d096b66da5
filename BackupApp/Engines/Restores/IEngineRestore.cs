using BackupApp.Errors;

namespace BackupApp.Engines.Restores;

/// <summary>
/// How an engine brings a dump back. It knows servers and tools; it knows no job, no store and no row: what a run has to remember it is
/// told by <see cref="IRestoreSteps"/>. Nothing that exists on the target is touched before the restored database is whole and counted.
/// </summary>
public interface IEngineRestore
{
    /// <summary>Looks at the target and changes nothing there. Whatever is wrong is one of the checks, never an exception.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    Task<TargetProbe> ProbeAsync(RestoreOrder order, CancellationToken cancellationToken);

    /// <summary>What picking from a dump means, as far as its beginning tells: what is not in it, what has to be left out.</summary>
    /// <param name="dump">From its first byte, uncompressed; only as much is read as is needed.</param>
    /// <returns>Nothing where a dump of this engine does not tell beforehand.</returns>
    /// <exception cref="InvalidDataException">It is no dump of this engine, or cut.</exception>
    Task<IReadOnlyList<TargetCheck>> LookAsync(Stream dump, RestoreSelection selection, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<TargetCheck>>([]);

    /// <summary>
    /// What an overwrite replaces stays beside it, and can be swapped back. Else the way back is a backup of it, which is taken before.
    /// </summary>
    bool KeepsReplaced => true;

    /// <summary>What people may want to run after all databases of a server were restored.</summary>
    IReadOnlyList<RestoreStep> AfterServer => [];

    /// <summary>Whether a login could restore at all: into a database of its own, and in place of the one that it is for.</summary>
    /// <param name="connection">To the source's database.</param>
    /// <param name="selection">What of it is backed up, and so to be restored.</param>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    Task<RestoreReadiness> CheckReadyAsync(
        DatabaseConnection connection, DumpSelection selection, CancellationToken cancellationToken);

    /// <summary>
    /// Restores into <c>name_restoring_id</c>, compares what arrived with what the dump holds, and gives it its
    /// name at the very end. On every failure, and when canceled, the target is as it was when this throws;
    /// what could not be cleared away (a server that is gone) has no <see cref="IRestoreSteps.ClearedAsync"/>,
    /// and is for <see cref="SettleAsync"/> later.
    /// </summary>
    /// <exception cref="StagedException">
    /// Stages: connect (<see cref="ConnectException"/>), read (whatever <see cref="IRestoreSteps.OpenDumpAsync"/>
    /// and its stream throw, as it was; once something is being replaced, a <see cref="RestoreFailedException"/> of the same code says so),
    /// restore and swap (<see cref="RestoreFailedException"/>).
    /// </exception>
    /// <exception cref="OperationCanceledException">The caller gave up, before the swap: after it the restore ends well.</exception>
    Task<RestoreReport> RestoreAsync(RestoreOrder order, IRestoreSteps steps, CancellationToken cancellationToken);

    /// <summary>
    /// Gives the name to the database that was kept, by the same swap; what had the name is kept as
    /// <c>name_undone_time</c>. Also puts a partial restore in its place when a person asks for that.
    /// </summary>
    /// <exception cref="StagedException">Everything is as it was.</exception>
    Task<SwapReport> UndoAsync(SwapOrder order, IRestoreSteps steps, CancellationToken cancellationToken);

    /// <summary>
    /// Drops a database that a restore made or kept, if it still has the noted name and number; one
    /// that is not there any more is no failure. Never drops the one that has the order's own name.
    /// </summary>
    /// <exception cref="StagedException">It is there still.</exception>
    Task DropKeptAsync(SwapOrder order, CancellationToken cancellationToken);

    /// <summary>
    /// After a crash: finds out by names and noted numbers what stands, and drops the half-made one
    /// of this restore and nothing else. May be repeated.
    /// </summary>
    /// <exception cref="StagedException">The target could not be asked, or not be cleared: try again later.</exception>
    Task<RestoreRemains> SettleAsync(RestoreOrder order, RestoreMarks marks, CancellationToken cancellationToken);
}
