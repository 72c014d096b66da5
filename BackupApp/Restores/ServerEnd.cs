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

    /// <summary>A restored database that has its name is a part that ended, well or with what it lacked then.</summary>
    /// <param name="part">With its failure.</param>
    public static RestorePart Settled(RestorePart part, RestoreRemains remains)
    {
        if (remains.Standing != RestoreStanding.InPlace)
            return part with { Marks = new(null, null), Notes = [.. part.Notes, remains.Sentence] };
        var errors = part.Marks.Swap?.Errors ?? [];
        return part.Ended(RestoreEnd.InPlaceWith(errors)) with { Notes = [.. part.Notes.Union(errors), remains.Sentence] };
    }

    private static IEnumerable<string> Notes(RestoreParts parts, RunOutcome outcome)
    {
        if (outcome.Status is RunStatus.Canceled or RunStatus.Failed && parts.All.Where(p => p.IsThere).ToList() is { Count: > 0 } made)
            yield return $"These are restored, and stay: {string.Join(", ", made.Select(p => p.Name))}.";
        foreach (var left in parts.All.Where(p => p is { IsThere: false, Marks.Made: not null }))
            yield return $"{left.Marks.Made!.Name} may still stand there: the target could not be asked. Drop it by hand.";
    }
}
