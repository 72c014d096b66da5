using System.ComponentModel;
using System.Text.Json.Serialization;
using BackupApp.DataSources;
using BackupApp.Engines;

namespace BackupApp.Api;

public sealed class CreateDataSourceRequest
{
    [JsonRequired]
    [Description("1 to 100 characters, unique.")]
    public string? Name { get; init; }

    [JsonRequired]
    public Engine? Engine { get; init; }

    [JsonRequired]
    public DataSourceEnvironment? Environment { get; init; }

    [Description("Free text; it has no effect here.")]
    public string? Region { get; init; }

    [Description("Words by which filters and rules of alerts find it, for example `{ \"team\": \"shop\" }`: at most 20.")]
    public Dictionary<string, string>? Labels { get; init; }

    [Description("One database, or every database of the server. The default is `database`.")]
    public SourceScope? Scope { get; init; }

    [Description("What of it is backed up. The default is everything.")]
    public SelectionRequest? Selection { get; init; }
}

public sealed class UpdateDataSourceRequest
{
    public string? Name { get; init; }

    public DataSourceEnvironment? Environment { get; init; }

    [Description("Free text; it has no effect here.")]
    public string? Region { get; init; }

    [Description("All of them: those that are left out are removed. Absent: they stay as they are.")]
    public Dictionary<string, string>? Labels { get; init; }

    [Description("The master switch: false cancels queued backups and halts every policy of this data source. Running backups finish.")]
    public bool? IsActive { get; init; }

    [Description("With `isActive: false`: when it is resumed by itself, at most 90 days from now. Absent: when somebody does it.")]
    public DateTimeOffset? PausedUntil { get; init; }

    [Description("The oldest that the newest good backup may get, in hours; 0 goes by the schedules again.")]
    [System.ComponentModel.DataAnnotations.Range(0, 366 * 24)]
    public int? MaxAgeHours { get; init; }

    [Description("With `isActive: false`: why, in at most 200 characters.")]
    public string? PauseReason { get; init; }

    [Description("What of it is backed up. Lists that are left out stay as they are; an empty one clears.")]
    public SelectionRequest? Selection { get; init; }
}

public sealed class DeleteDataSourceRequest
{
    [JsonRequired]
    [Description("Must equal the data source's name.")]
    public string? Confirmation { get; init; }
}

/// <param name="DeletedResourcesCount">The data source and its attachments.</param>
/// <param name="EnqueuedS3Blobs">Always 0: backups stay until somebody deletes them.</param>
public sealed record DeleteDataSourceResponse(
    int DeletedResourcesCount,
    [property: JsonPropertyName("enqueuedS3Blobs")] int EnqueuedS3Blobs);

public sealed record DataSourceResponse
{
    public required Guid Id { get; init; }

    public required Guid OrganizationId { get; init; }

    public required string Name { get; init; }

    public required Engine Engine { get; init; }

    public required DataSourceEnvironment Environment { get; init; }

    [Description("Its own. Filters and rules of alerts go by those of its policies as well.")]
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    [Description("Its own and those of its policies, as `key=value`.")]
    public required IReadOnlyList<string> EffectiveLabels { get; init; }

    public required bool IsActive { get; init; }

    public required SourceScope Scope { get; init; }

    [Description("What of it is backed up.")]
    public required SelectionResponse Selection { get; init; }

    public bool HasCredentials { get; init; }

    [Description("It has a second login, for restores only.")]
    public bool HasRestoreLogin { get; init; }

    [Description("Whether it could be restored, as of the last look, which every connection test takes. Absent before the first.")]
    public RestoreReadinessResponse? RestoreReadiness { get; init; }

    [Description("Where it is; absent without credentials. Secrets are never shown.")]
    public ConnectionResponse? Connection { get; init; }

    [Description("Whether there are good backups, as young as was promised.")]
    public required ProtectionResponse Protection { get; init; }

    [Description("While it is switched off: when it is resumed by itself. Absent: when somebody does it.")]
    public DateTimeOffset? PausedUntil { get; init; }

    public string? PauseReason { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public string? DetectedEngineVersion { get; init; }

    public DateTimeOffset? DetectedEngineVersionAt { get; init; }

    [Description("Of the last backup that succeeded.")]
    public DateTimeOffset? LastBackupAt { get; init; }

    public long? LastBackupSizeBytes { get; init; }

    [Description("Absent while nothing is scheduled.")]
    public DateTimeOffset? NextRunAt { get; init; }

    public int ActiveBackupJobs { get; init; }

    public int TotalBackupJobs { get; init; }

    [Description("Only of a single data source.")]
    public long? TotalStoredBytes { get; init; }

    [Description("Always false: restore tests are not offered yet.")]
    public bool RestoreTestingEnabled { get; init; }
}
