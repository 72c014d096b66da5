using System.ComponentModel;
using BackupApp.Engines;
using BackupApp.Engines.Restores;
using BackupApp.Errors;
using BackupApp.Restores;
using BackupApp.Runs;

namespace BackupApp.Api;

/// <param name="Ok">False: see the error code. The answer is a 200 all the same.</param>
/// <param name="Checks">All that was looked at.</param>
public sealed record ProbeTargetResponse(
    bool Ok, Engine? Engine, long LatencyMs, string? ErrorCode, string? ErrorMessage, string? ServerVersion,
        IReadOnlyList<TargetCheckResponse> Checks)
{
    [Description("Of a whole server: what was looked at for each part, besides the checks that are the same for all.")]
    public IReadOnlyList<PartProbeResponse>? Parts { get; init; }
}

public sealed record PartProbeResponse(
    Guid ArtifactId, ArtifactKind Kind, string Database, bool Ok, IReadOnlyList<TargetCheckResponse> Checks);

/// <summary>One part of a whole server's restore.</summary>
public sealed record RestorePartResponse(Guid ArtifactId, ArtifactKind Kind, string Database, RunStatus Status)
{
    public RunStage? ErrorStage { get; init; }

    public string? ErrorCode { get; init; }

    public string? ErrorSummary { get; init; }

    [Description("Exact, as counted in the restored database.")]
    public long? Rows { get; init; }

    public required IReadOnlyList<string> Notes { get; init; }

    internal static RestorePartResponse Of(RestorePart part) => new(part.ArtifactId, part.Kind, part.Database, part.Status)
    {
        ErrorStage = part.ErrorStage,
        ErrorCode = part.ErrorCode,
        ErrorSummary = part.ErrorSummary,
        Rows = part.Rows,
        Notes = part.Notes,
    };
}

/// <param name="Fix">What to do; absent where nothing has to be done.</param>
public sealed record TargetCheckResponse(string Code, CheckState State, string Text, string? Fix);
