using BackupApp.Errors;

namespace BackupApp.Runs;

/// <summary>How a run ended. Failures carry the stage, a stable code and one sentence for people.</summary>
public sealed record RunOutcome(
    RunStatus Status,
    RunStage? Stage = null,
    string? Code = null,
    string? Summary = null,
    CancelReason? CancelReason = null)
{
    public static readonly RunOutcome Success = new(RunStatus.Success);

    public static RunOutcome Canceled(CancelReason reason) => new(RunStatus.Canceled, CancelReason: reason);

    public static RunOutcome TooLong(TimeSpan limit) => Failed(
        RunStage.Dump,
        "max_duration_exceeded",
        $"The backup took longer than its policy allows ({limit:g}) and was ended. Raise the limit, or find out what slowed it down.");

    /// <summary>Which side failed is told by the exception's type, never by its text.</summary>
    public static RunOutcome From(Exception exception) => exception switch
    {
        StagedException e => Failed(e.Stage, e.FailureCode, e.Sentence),
        System.Security.Cryptography.CryptographicException => Failed(
            RunStage.Connect, "decrypt_failed", "The stored credentials could not be decrypted. Enter them again."),
        InvalidDataException e => Failed(RunStage.Compress, "compress_failed", e.Message),
        _ => Failed(
            RunStage.Worker,
            "internal_error",
            $"An error that BackupApp did not expect ({exception.GetType().Name}); the server's log has the details."),
    };

    private static RunOutcome Failed(RunStage stage, string code, string summary) => new(RunStatus.Failed, stage, code, summary);
}
