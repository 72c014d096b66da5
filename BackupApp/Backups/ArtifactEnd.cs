using BackupApp.Engines;
using BackupApp.Runs;

namespace BackupApp.Backups;

/// <summary>How one artifact ended.</summary>
public sealed record ArtifactEnd(BackupArtifact Artifact, RunOutcome Outcome)
{
    /// <summary>Set where the server did not answer to a login, however long it was tried.</summary>
    public ConnectException? Unanswered { get; init; }

    private const int MaxReasons = 5;

    /// <summary>How a job ends whose artifacts have ended so: one failure among several makes it <c>partial</c>, and is named.</summary>
    public static RunOutcome OutcomeOf(IReadOnlyList<ArtifactEnd> ends)
    {
        var failed = ends.Where(e => e.Outcome.Status != RunStatus.Success).ToList();
        if (failed.Count == 0)
            return RunOutcome.Success;
        var first = failed[0].Outcome;
        if (ends.Count == 1)
            return first;
        return failed.Count == ends.Count
            ? first with { Summary = $"Nothing of {ends.Count} parts could be backed up. {Reasons(failed)}" }
            : new(
                RunStatus.Partial,
                first.Stage,
                first.Code,
                $"{failed.Count} of {ends.Count} parts could not be backed up. {Reasons(failed)}");
    }

    // Each reason once, with the databases that it struck, on one line: what to do about each stands beside its part.
    private static string Reasons(IReadOnlyList<ArtifactEnd> failed)
    {
        var reasons = failed.GroupBy(e => RunOutcome.OneLine(e.Outcome.Summary ?? "")).ToList();
        var named = reasons.Take(MaxReasons).Select(g => $"{string.Join(", ", g.Select(e => e.Artifact.ShownDatabase))}: {g.Key}");
        return string.Join(" ", named) + (reasons.Count > MaxReasons ? $" And {reasons.Count - MaxReasons} more reasons." : "");
    }
}
