using BackupApp.Engines;
using BackupApp.Engines.Restores;
using BackupApp.Runs;

namespace BackupApp.Restores;

/// <summary>What became of a whole server's restore, and of a part whose end nobody saw.</summary>
internal static class ServerEnd
{
    public static RestoreEnd Of(RestoreParts parts, RunOutcome outcome, IReadOnlyList<RestoreStep> next)
    {
        var there = parts.All.Any(p => p.IsThere && p.Kind != ArtifactKind.Globals);
        return new(outcome)
        {
            Parts = parts,
            InPlace = there,
            Result = new(parts.All.Sum(p => p.Tables ?? 0), parts.All.Sum(p => p.Rows ?? 0), [], there ? next : []),
            Notes = [.. Notes(parts, outcome)],
        };
    }

    /// <summary>A restored database that has its name is a part that ended well, whatever came after.</summary>
    /// <param name="part">With its failure.</param>
    public static RestorePart Settled(RestorePart part, RestoreRemains remains)
    {
        var notes = (IReadOnlyList<string>)[.. part.Notes, remains.Sentence];
        return remains.Standing == RestoreStanding.InPlace
            ? part with { Status = RunStatus.Success, ErrorStage = null, ErrorCode = null, ErrorSummary = null, Notes = notes }
            : part with { Marks = new(null, null), Notes = notes };
    }

    private static IEnumerable<string> Notes(RestoreParts parts, RunOutcome outcome)
    {
        if (outcome.Status is RunStatus.Canceled or RunStatus.Failed && parts.All.Where(p => p.IsThere).ToList() is { Count: > 0 } made)
            yield return $"These are restored, and stay: {string.Join(", ", made.Select(p => p.Name))}.";
        foreach (var left in parts.All.Where(p => p is { IsThere: false, Marks.Made: not null }))
            yield return $"{left.Marks.Made!.Name} may still stand there: the target could not be asked. Drop it by hand.";
    }
}
