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

    /// <summary>
    /// The end of a restore whose target had to be asked: a restored database that has its name ended well, whatever came after, but for
    /// what it lacked when it was given the name.
    /// </summary>
    /// <param name="outcome">Where it has not.</param>
    internal static RestoreEnd Settled(RunOutcome outcome, RestoreRemains remains, RestoreMarks marks, IReadOnlyList<string> notes)
    {
        if (remains.Standing != RestoreStanding.InPlace)
            return new(outcome) { Notes = [.. notes, remains.Sentence] };
        var errors = marks.Swap?.Errors ?? [];
        return new(InPlaceWith(errors))
        {
            InPlace = true,
            Kept = remains.Kept,
            Notes = [.. notes.Union(errors), remains.Sentence],
        };
    }

    internal static RunOutcome InPlaceWith(IReadOnlyList<string> errors) => errors.Count == 0
        ? RunOutcome.Success
        : new(RunStatus.Partial, RunStage.Restore, SomeErrors, $"{Failed(errors.Count)}; everything else is there. Each is named below.");

    /// <summary>Where the target does not answer.</summary>
    internal static string MayStand(RestoreMarks marks) => marks.Made is { } made
        ? $"{made.Name} may still stand there: the target could not be asked."
        : $"{(marks.Filling ?? marks.Swap?.Incoming)?.Name} may hold a part of the backup: the target could not be asked.";

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
