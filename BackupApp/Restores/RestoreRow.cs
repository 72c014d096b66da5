using BackupApp.Engines;
using BackupApp.Engines.Restores;
using BackupApp.Errors;
using BackupApp.Runs;
using BackupApp.Tools;

namespace BackupApp.Restores;

/// <summary>One line of the history.</summary>
public sealed record RestoreRow
{
    public required Guid Id { get; init; }

    public required RestoreTrigger Trigger { get; init; }

    public required RunStatus Status { get; init; }

    public required RestoreMode Mode { get; init; }

    public required Guid DataSourceId { get; init; }

    public required string DataSourceName { get; init; }

    public required Engine Engine { get; init; }

    public required Guid SourceBackupId { get; init; }

    public required Guid ArtifactId { get; init; }

    /// <summary>See <see cref="RestoreJob.SafetyJobId"/>.</summary>
    public required Guid? SafetyJobId { get; init; }

    public required DateTimeOffset BackupTakenAt { get; init; }

    public required string TargetRef { get; init; }

    public required string TargetDatabase { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset? StartedAt { get; init; }

    public required DateTimeOffset? FinishedAt { get; init; }

    public required string? RequestedBy { get; init; }

    public required long BytesRead { get; init; }

    public required long BytesRestored { get; init; }

    /// <summary>Bytes of the stored object, all of which are read.</summary>
    public required long ExpectedRead { get; init; }

    /// <summary>See <see cref="RestoreJob.BatchId"/>.</summary>
    public required Guid? BatchId { get; init; }

    public required string? ErrorCode { get; init; }

    public required RunStage? ErrorStage { get; init; }

    public required string? ErrorSummary { get; init; }

    public required bool HasLog { get; init; }

    /// <summary>A database that stands beside the one in use, and could be dropped.</summary>
    public required string? Kept { get; init; }

    public required DateTimeOffset? UndoneAt { get; init; }

    public required string? ToolVersion { get; init; }

    public required string? ServerVersion { get; init; }

    /// <summary>See <see cref="RestoreJob.Phase"/>.</summary>
    public required RestorePhase? Phase { get; init; }

    /// <summary>See <see cref="RestoreJob.Notes"/>.</summary>
    public required string? Notes { get; init; }

    /// <summary>See <see cref="Run.ConnectionProtection"/>.</summary>
    public required ConnectionProtection? ConnectionProtection { get; init; }

    /// <summary>Of a whole server; else null.</summary>
    public required RestoreParts? Parts { get; init; }

    public TimeSpan? Duration => FinishedAt - StartedAt;

    /// <summary>Without the log and what else is only for one restore's own page.</summary>
    public static IQueryable<RestoreRow> Of(IQueryable<RestoreJob> jobs) => jobs.Select(j => new RestoreRow
    {
        Id = j.Id,
        Trigger = j.Trigger,
        Status = j.Status,
        Mode = j.Mode,
        DataSourceId = j.DataSourceId,
        DataSourceName = j.DataSourceName,
        Engine = j.Engine,
        SourceBackupId = j.SourceBackupId,
        ArtifactId = j.ArtifactId,
        SafetyJobId = j.SafetyJobId,
        BackupTakenAt = j.BackupTakenAt,
        TargetRef = j.TargetRef,
        TargetDatabase = j.TargetDatabase,
        CreatedAt = j.CreatedAt,
        StartedAt = j.StartedAt,
        FinishedAt = j.FinishedAt,
        RequestedBy = j.RequestedBy,
        BytesRead = j.BytesRead,
        BytesRestored = j.BytesStored,
        ExpectedRead = j.ExpectedRead,
        BatchId = j.BatchId,
        ErrorCode = j.ErrorCode,
        ErrorStage = j.ErrorStage,
        ErrorSummary = j.ErrorSummary,
        HasLog = j.ToolLog != null && j.FinishedAt != null,
        Kept = j.KeptDroppedAt == null ? j.KeptDatabase : null,
        UndoneAt = j.UndoneAt,
        ToolVersion = j.ToolVersion,
        ServerVersion = j.ServerVersion,
        Phase = j.Phase,
        Notes = j.Notes,
        ConnectionProtection = j.ConnectionProtection,
        Parts = j.Parts,
    });
}
