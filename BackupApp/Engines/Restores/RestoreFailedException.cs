using BackupApp.Errors;

namespace BackupApp.Engines.Restores;

/// <summary>
/// The target or the tool that restores failed; the target is as it was. The message is one sentence for the user and holds no secret.
/// </summary>
/// <param name="stage"><see cref="RunStage.Restore"/> or <see cref="RunStage.Swap"/>.</param>
/// <param name="code">Stable, in snake_case, for example <c>restore_failed</c>, <c>database_already_exists</c>, <c>rows_differ</c>.</param>
public sealed class RestoreFailedException(RunStage stage, string code, string message, string? advice = null, Exception? inner = null)
    : StagedException(stage, message, inner)
{
    public override string FailureCode => code;

    /// <summary>What to do about it; null where that is not known.</summary>
    public string? Advice => advice;

    /// <summary>A half-made database that could not be cleared away yet; null when nothing was left.</summary>
    public KeptDatabase? LeftBehind { get; init; }

    public override string Sentence => advice is null ? Message : $"{Message} {advice}";
}
