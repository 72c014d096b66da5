using System.ComponentModel;
using System.Text.Json.Serialization;
using BackupApp.Restores.Batches;

namespace BackupApp.Api;

/// <summary>Several restores that run one after another, each into a database that does not exist yet.</summary>
public sealed class CreateRestoreBatchRequest
{
    [JsonRequired]
    [Description("In the order in which they run; 1 to 200 databases in all.")]
    public BatchItemRequest[]? Restores { get; init; }

    [Description("The one server that all go to, as a connection string with a login that may create databases. Encrypted for each "
        + "restore, never returned, wiped as it ends. Absent: each beside its own database, with its data source's login.")]
    public string? TargetUri { get; init; }

    [Description("Errors of single objects do not end a restore: it becomes partial, with each of them named.")]
    public bool? GoOnPastErrors { get; init; }
}

public sealed class BatchItemRequest
{
    [JsonRequired]
    public Guid? DataSourceId { get; init; }

    [Description("Absent: its newest good backup; of a whole server every database of that.")]
    public Guid? SourceBackupId { get; init; }

    [Description("With sourceBackupId: the object, of a backup of a whole server.")]
    public Guid? ArtifactId { get; init; }

    [Description("The database to create. Absent: its own name at targetUri, a dated one beside it.")]
    public string? TargetDatabase { get; init; }
}

public sealed record RestoreBatchResponse
{
    public required Guid Id { get; init; }

    [Description("Some of them are queued or running.")]
    public required bool IsActive { get; init; }

    [Description("In the order in which they run.")]
    public required IReadOnlyList<RestoreResponse> Restores { get; init; }

    internal static RestoreBatchResponse Of(RestoreBatch batch) => new()
    {
        Id = batch.Id,
        IsActive = batch.IsActive,
        Restores = [.. batch.Rows.Select(RestoreResponse.Of)],
    };
}
