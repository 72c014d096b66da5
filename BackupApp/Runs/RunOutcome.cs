using BackupApp.Errors;

namespace BackupApp.Runs;

/// <summary>How a run ended. Failures carry the stage, a stable code and a sentence for people.</summary>
/// <param name="Summary">
/// What went wrong on one line, which may quote a tool or a server; on a second what to do, where BackupApp itself knows it.
/// </param>
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
        StagedException e => Failed(e.Stage, e.FailureCode, e.Message, e.Advice),
        System.Security.Cryptography.CryptographicException => Failed(
            RunStage.Connect, "decrypt_failed", "The stored credentials could not be decrypted. Enter them again."),
        InvalidDataException e => Failed(RunStage.Compress, "compress_failed", e.Message),
        _ => Failed(
            RunStage.Worker,
            "internal_error",
            $"An error that BackupApp did not expect ({exception.GetType().Name}); the server's log has the details."),
    };

    /// <summary>On one line, as what is quoted has to be: only BackupApp's own advice begins a new one.</summary>
    public static string OneLine(string text) => text.ReplaceLineEndings(" ");

    private static RunOutcome Failed(RunStage stage, string code, string what, string? advice = null) =>
        new(RunStatus.Failed, stage, code, advice is null ? OneLine(what) : $"{OneLine(what)}\n{advice}");
}
