using System.ComponentModel;
using System.Text.Json.Serialization;
using BackupApp.Backups;
using BackupApp.Engines;
using BackupApp.Errors;
using BackupApp.Runs;

namespace BackupApp.Api;

/// <summary>One backup job. Names are those of the day it was made; the policy's retention is today's.</summary>
public sealed record BackupResponse
{
    public required Guid JobId { get; init; }

    public required RunStatus JobStatus { get; init; }

    public required BackupTrigger JobTrigger { get; init; }

    public required DateTimeOffset JobScheduledFor { get; init; }

    public required DateTimeOffset JobCreatedAt { get; init; }

    public DateTimeOffset? JobStartedAt { get; init; }

    public DateTimeOffset? JobFinishedAt { get; init; }

    public long? JobDurationMs { get; init; }

    [Description("Bytes that the dump tool wrote.")]
    public long JobBytesRead { get; init; }

    [Description("Bytes that the destination took.")]
    public required long JobBytesWritten { get; init; }

    public string? JobErrorCode { get; init; }

    public RunStage? JobErrorStage { get; init; }

    public string? JobErrorSummary { get; init; }

    [Description("Something worth knowing about a backup that went well.")]
    public string? JobWarning { get; init; }

    [Description("Since when one of its objects is known to be gone or not what was stored. Null where nothing is known against them.")]
    public DateTimeOffset? JobDamagedAt { get; init; }

    [Description("What is wrong with what is stored, as a sentence.")]
    public string? JobDamage { get; init; }

    [Description("Warnings about its contents about which nobody has decided: look at it before you trust it.")]
    public int JobOpenWarnings { get; init; }

    [Description("While it runs, the table that it is at, and which of how many that is.")]
    public BackupStep? JobStep { get; init; }

    public CancelReason? JobCancelReason { get; init; }

    public string? JobRequestedBy { get; init; }

    public string? JobToolVersion { get; init; }

    public string? JobServerVersion { get; init; }

    [Description("A pinned backup never expires.")]
    public DateTimeOffset? JobPinnedAt { get; init; }

    [Description("When it was deleted or expired; its objects go right after.")]
    public DateTimeOffset? JobDeletedAt { get; init; }

    public DeletionReason? JobExpirationReason { get; init; }

    public required Guid DatasourceId { get; init; }

    public required string DatasourceName { get; init; }

    public required Engine DatasourceEngine { get; init; }

    public required Guid DestinationId { get; init; }

    public required string DestinationName { get; init; }

    public required bool DestinationIsManaged { get; init; }

    [Description("Empty for a folder of the server.")]
    public required string DestinationRegion { get; init; }

    [Description("Empty for a run without a policy.")]
    public required string PolicyId { get; init; }

    [Description("Empty for a run without a policy.")]
    public required string PolicyName { get; init; }

    public required PolicyCompression PolicyCompression { get; init; }

    public required PolicyEncryption PolicyEncryption { get; init; }

    public required PolicyMethod PolicyMethod { get; init; }

    [Description("Today's rule of the policy; 0 = not by age, or there is no policy any more.")]
    public required int PolicyRetentionDays { get; init; }
}

public sealed class RunBackupNowRequest
{
    [Description("Absent or empty: the enabled policy of the highest priority.")]
    public string? PolicyId { get; init; }

    [Description("Runs without a policy, to this destination; such a backup is kept until somebody deletes it.")]
    public Guid? DestinationId { get; init; }
}

public sealed record RunBackupNowResponse(Guid JobId, string PolicyId, Guid DestinationId);

public sealed class PinBackupRequest
{
    [JsonRequired]
    [Description("A pinned backup never expires; a person can still delete it.")]
    public bool? Pinned { get; init; }
}

public sealed record DeleteBackupResponse([property: JsonPropertyName("enqueuedS3Blobs")] int EnqueuedS3Blobs);

/// <param name="Ok">False: see the error code. The answer is a 200 all the same.</param>
/// <param name="Url">Anyone can GET it until it expires.</param>
public sealed record DownloadLinkResponse(
    bool Ok,
    string? Url = null,
    DateTimeOffset? ExpiresAt = null,
    string? FileName = null,
    long? SizeBytes = null,
    string? ErrorCode = null,
    string? ErrorMessage = null);

public sealed record BackupHistoryResponse(IReadOnlyList<BackupHistoryPoint> Points);

public sealed record BackupHistoryPoint(DateTimeOffset FinishedAt, long Bytes, long DurationMs);

/// <param name="Sha256">Of the stored object, in hexadecimal.</param>
/// <param name="StoredAt">Absent while it is not stored.</param>
public sealed record ArtifactResponse(
    Guid Id,
    ArtifactKind Kind,
    ArtifactStatus Status,
    string Database,
    string FileName,
    string? Bucket,
    string Key,
    string? VersionId,
    long? SizeBytes,
    string? Sha256,
    DateTimeOffset? StoredAt, string? ErrorSummary, IReadOnlyList<RestoreStepResponse> Restore, IReadOnlyList<string> Notes);

/// <param name="Purpose">Such as <c>Under another name</c>.</param>
/// <param name="Command">A line of bash, to run where the file lies by its <c>fileName</c>.</param>
/// <param name="Does">What it does, and what it needs.</param>
public sealed record RestoreStepResponse(string Purpose, string Command, string Does);

/// <summary>"orders, 3 of 41 tables".</summary>
/// <param name="Number">From 1.</param>
public sealed record BackupStep(string Name, int Number, int Total);
