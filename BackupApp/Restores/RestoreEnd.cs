using BackupApp.Engines.Restores;
using BackupApp.Errors;
using BackupApp.Runs;

namespace BackupApp.Restores;

/// <summary>How a restore ended, and what stands on the target since.</summary>
public sealed record RestoreEnd(RunOutcome Outcome)
{
    internal const string SomeErrors = "restored_with_errors";

    /// <summary>The restored database has its name.</summary>
    public bool InPlace { get; init; }

    /// <summary>The database that stands beside it.</summary>
    public KeptDatabase? Kept { get; init; }

    public RestoreResult? Result { get; init; }

    /// <summary>Of a whole server what became of each part; null where there are none.</summary>
    public RestoreParts? Parts { get; init; }

    public IReadOnlyList<string> Notes { get; init; } = [];

    public string? ToolVersion { get; init; }

    public string? ServerVersion { get; init; }

    /// <summary>Something half-made may stand there that could not be cleared away yet.</summary>
    public bool NeedsCleanup { get; init; }

    internal static RestoreEnd Of(RestoreReport report, RunSteps steps) => new(OutcomeOf(report))
    {
        InPlace = report.InPlace,
        Kept = report.InPlace ? report.Kept : new KeptDatabase(report.Database, report.Oid),
        Result = RestoreResult.Of(report),
        Notes = [.. steps.Warnings, .. report.Errors, .. report.Uncounted],
    };

    private static RunOutcome OutcomeOf(RestoreReport report) => report.IsPartial
        ? new(RunStatus.Partial, RunStage.Restore, SomeErrors, Sentence(report))
        : RunOutcome.Success;

    internal static string Sentence(RestoreReport report)
    {
        var count = report.Errors.Count == 0 ? Uncounted(report.Uncounted.Count) : Failed(report.Errors.Count);
        return report.InPlace
            ? $"{count}; everything else is there. Each is named below."
            : $"{count}, so nothing was replaced: what was restored is in {report.Database}, beside the database that is in use. "
                + "Look at it, then put it in its place or drop it.";
    }

    private static string Failed(int errors) => errors == 1 ? "1 object could not be restored" : $"{errors} objects could not be restored";

    private static string Uncounted(int tables) =>
        tables == 1 ? "The rows of 1 table could not be counted" : $"The rows of {tables} tables could not be counted";
}
