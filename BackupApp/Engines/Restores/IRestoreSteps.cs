using BackupApp.Tools;

namespace BackupApp.Engines.Restores;

/// <summary>
/// What a run gives its engine. Each method that returns a task is committed to the job's row
/// before it returns: it is what somebody else will know after a crash.
/// </summary>
public interface IRestoreSteps
{
    /// <summary>
    /// The dump from its first byte, uncompressed; its end is given out only when the stored
    /// object's SHA-256 fits. May be opened again once the one before is disposed.
    /// </summary>
    Task<Stream> OpenDumpAsync(CancellationToken cancellationToken);

    /// <summary>
    /// "This database is ours, and half-made." Told just before it is made (its number is not known then: 0), and just after.
    /// </summary>
    /// <param name="oid">The server's number of it.</param>
    Task MadeAsync(string database, long oid, CancellationToken cancellationToken);

    /// <summary>
    /// "What comes into this database from here on is ours": it was there, and empty. Told just before the first of it can come.
    /// </summary>
    Task FillingAsync(string database, long oid, CancellationToken cancellationToken);

    /// <summary>What was made is gone again: nothing of this restore is left on the target.</summary>
    Task ClearedAsync(CancellationToken cancellationToken);

    /// <summary>The fence: the last moment at which the job can be taken away or canceled. Told before every try of a swap.</summary>
    /// <exception cref="OperationCanceledException">Or another: the job is not this run's any more. Nothing is swapped then.</exception>
    Task SwappingAsync(RestoreSwap swap, CancellationToken cancellationToken);

    /// <summary>What restores it, and where, as soon as that is known.</summary>
    void Began(string toolVersion, string serverVersion);

    /// <summary>What is known of the tool's connection.</summary>
    void Saw(ToolConnection connection);

    void Report(RestoreProgress progress);

    /// <summary>A sentence that belongs to the job for good.</summary>
    void Warn(string sentence);

    /// <summary>A line of the job's log, without secrets and line ends. Any thread may say it.</summary>
    void Log(string line);
}

/// <summary>What a restore is at. Bytes are counted by the run, which gives the stream.</summary>
/// <param name="Item">For people, for example <c>public.orders</c>; null where there is none.</param>
/// <param name="Number">Of tables, from 1; 0 where they are not counted.</param>
/// <param name="Total">0 where it is not known.</param>
public sealed record RestoreProgress(RestorePhase Phase, string? Item = null, int Number = 0, int Total = 0);

/// <summary>Written in snake_case.</summary>
public enum RestorePhase
{
    Connecting,

    /// <summary>The whole object is read before anything is changed, where there is no way back.</summary>
    Verifying,

    /// <summary>The list of contents is read and the new database made.</summary>
    Preparing,

    /// <summary>Tables and their rows.</summary>
    Data,

    /// <summary>Indexes, constraints, triggers, grants.</summary>
    Indexes,

    Counting,
    Swapping,
}
