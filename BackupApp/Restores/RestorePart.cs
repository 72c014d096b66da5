using System.Text.Json.Serialization;
using BackupApp.Backups;
using BackupApp.Engines;
using BackupApp.Engines.Restores;
using BackupApp.Errors;
using BackupApp.Runs;

namespace BackupApp.Restores;

/// <summary>One part of a whole server's restore, as it is kept on the job's row.</summary>
/// <param name="Size">Bytes of the stored object.</param>
public sealed record RestorePart(Guid ArtifactId, ArtifactKind Kind, string Database, long Size)
{
    /// <summary>In the words of a job.</summary>
    public RunStatus Status { get; init; } = RunStatus.Queued;

    /// <summary>What stands on the target because of it: what whoever cleans up after a crash goes by.</summary>
    public RestoreMarks Marks { get; init; } = new(null, null);

    public RunStage? ErrorStage { get; init; }

    public string? ErrorCode { get; init; }

    public string? ErrorSummary { get; init; }

    /// <summary>Things that people have to know of it, errors that were gone past among them.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Counted in the restored database.</summary>
    public int? Tables { get; init; }

    public long? Rows { get; init; }

    /// <summary>It is made, and has its name.</summary>
    [JsonIgnore]
    public bool IsThere => Status is RunStatus.Success or RunStatus.Partial;

    [JsonIgnore]
    public bool IsOver => Status is not (RunStatus.Queued or RunStatus.Running);

    /// <summary>For people.</summary>
    [JsonIgnore]
    public string Name => Kind == ArtifactKind.Globals ? "roles and tablespaces" : Database;

    public RestorePart Ended(RunOutcome outcome) => this with
    {
        Status = outcome.Status,
        ErrorStage = outcome.Stage,
        ErrorCode = outcome.Code,
        ErrorSummary = outcome.Summary,
    };
}

/// <summary>All parts of a whole server's restore, in their order.</summary>
public sealed record RestoreParts(IReadOnlyList<RestorePart> All)
{
    private const int MostNamed = 5;

    [JsonIgnore]
    public int Databases => All.Count(p => p.Kind != ArtifactKind.Globals);

    [JsonIgnore]
    public int DatabasesDone => All.Count(p => p.Kind != ArtifactKind.Globals && p.IsOver);

    public static RestoreParts Of(IEnumerable<BackupArtifact> artifacts) =>
        new([.. artifacts.Select(a => new RestorePart(a.Id, a.Kind, a.Database, a.Size ?? 0))]);

    public RestoreParts With(RestorePart part) => new([.. All.Select(p => p.ArtifactId == part.ArtifactId ? part : p)]);

    /// <summary>What it came to when all parts have ended: those that failed and those that are partial are named.</summary>
    public RunOutcome ToOutcome()
    {
        var failed = All.Where(p => !p.IsThere).ToList();
        var bad = All.Where(p => p.Status != RunStatus.Success).ToList();
        if (bad.Count == 0)
            return RunOutcome.Success;
        var first = failed.FirstOrDefault() ?? bad[0];
        var words = failed.Count > 0 ? $"{failed.Count} of {All.Count} parts could not be restored. "
            : $"{bad.Count} of {All.Count} parts are not complete. ";
        var reasons = bad.Take(MostNamed).Select(p => $"{p.Name}: {p.ErrorSummary}");
        var others = bad.Count > MostNamed ? $" And {bad.Count - MostNamed} more." : "";
        var status = failed.Count == All.Count ? RunStatus.Failed : RunStatus.Partial;
        return new(status, first.ErrorStage, first.ErrorCode, words + string.Join(' ', reasons) + others);
    }
}
