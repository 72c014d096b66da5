using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Engines;
using BackupApp.Errors;
using BackupApp.Tools;

namespace BackupApp.Backups;

/// <summary>How a run ended. Failures carry the stage, a stable code and one sentence for people.</summary>
public sealed record JobOutcome(
    BackupStatus Status,
    BackupStage? Stage = null,
    string? Code = null,
    string? Summary = null,
    CancelReason? CancelReason = null)
{
    private const int MaxReasons = 5;

    public static readonly JobOutcome Success = new(BackupStatus.Success);

    public static JobOutcome Canceled(CancelReason reason) => new(BackupStatus.Canceled, CancelReason: reason);

    public static JobOutcome TooLong(TimeSpan limit) => Failed(
        BackupStage.Dump, "max_duration_exceeded", $"The backup took longer than its policy allows ({limit:g}) and was ended. Raise the limit, or find out what slowed it down.");

    /// <summary>How a job ends whose artifacts have ended so: one failure among several makes it <c>partial</c>, and is named.</summary>
    public static JobOutcome Of(IReadOnlyList<ArtifactEnd> ends)
    {
        var failed = ends.Where(e => e.Outcome.Status != BackupStatus.Success).ToList();
        if (failed.Count == 0)
            return Success;
        var first = failed[0].Outcome;
        if (ends.Count == 1)
            return first;
        return failed.Count == ends.Count
            ? first with { Summary = $"Nothing of {ends.Count} parts could be backed up. {Reasons(failed)}" }
            : new(BackupStatus.Partial, first.Stage, first.Code, $"{failed.Count} of {ends.Count} parts could not be backed up. {Reasons(failed)}");
    }

    // Each reason once, with the databases that it struck.
    private static string Reasons(IReadOnlyList<ArtifactEnd> failed)
    {
        var reasons = failed.GroupBy(e => e.Outcome.Summary).ToList();
        var named = reasons.Take(MaxReasons).Select(g => $"{string.Join(", ", g.Select(e => e.Artifact.ShownDatabase))}: {g.Key}");
        return string.Join(" ", named) + (reasons.Count > MaxReasons ? $" And {reasons.Count - MaxReasons} more reasons." : "");
    }

    /// <summary>Which side failed is told by the exception's type, never by its text.</summary>
    public static JobOutcome From(Exception exception) => exception switch
    {
        DumpFailedException e => Failed(e.Stage, e.Code, e.Message),
        ConnectException e => Failed(BackupStage.Connect, e.Code.ToSnakeCase(), e.Advice is null ? e.Message : $"{e.Message} {e.Advice}"),
        StoreException e => Failed(BackupStage.Store, e.Error.ToSnakeCase(), e.Message),
        System.Security.Cryptography.CryptographicException => Failed(
            BackupStage.Connect, "decrypt_failed", "The stored credentials could not be decrypted. Enter them again."),
        InvalidDataException e => Failed(BackupStage.Compress, "compress_failed", e.Message),
        _ => Failed(BackupStage.Worker, "internal_error", $"An error that BackupApp did not expect ({exception.GetType().Name}); the server's log has the details."),
    };

    private static JobOutcome Failed(BackupStage stage, string code, string summary) => new(BackupStatus.Failed, stage, code, summary);
}

/// <summary>How one artifact ended.</summary>
public sealed record ArtifactEnd(BackupArtifact Artifact, JobOutcome Outcome)
{
    /// <summary>Set where the server did not answer to a login, however long it was tried.</summary>
    public ConnectException? Unanswered { get; init; }
}
