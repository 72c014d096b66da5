using BackupApp.Errors;

namespace BackupApp.Engines.Restores;

/// <summary>
/// The target or the tool that restores failed; the target is as it was, but for what <see cref="IRestoreSteps.MadeAsync"/> told of and
/// <see cref="IRestoreSteps.ClearedAsync"/> did not. The message is one sentence for the user and holds no secret.
/// </summary>
/// <param name="stage">Connect (a check of the target), read (the archive), restore or swap.</param>
/// <param name="code">Stable, in snake_case, for example <c>restore_failed</c>, <c>database_already_exists</c>, <c>rows_differ</c>.</param>
public sealed class RestoreFailedException(RunStage stage, string code, string message, string? advice = null, Exception? inner = null)
    : StagedException(stage, message, inner)
{
    public override string FailureCode => code;

    public override string? Advice => advice;

    /// <summary>
    /// The swap was sent, and the server went away before it said how it ended: only <see cref="IEngineRestore.SettleAsync"/> can find out.
    /// </summary>
    public bool IsUndecided { get; init; }
}
