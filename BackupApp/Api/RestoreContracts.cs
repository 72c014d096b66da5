using System.ComponentModel;
using System.Text.Json.Serialization;
using BackupApp.Api.Requests;
using BackupApp.Engines;
using BackupApp.Engines.Restores;
using BackupApp.Errors;
using BackupApp.Restores;
using BackupApp.Runs;
using BackupApp.Tools;

namespace BackupApp.Api;

/// <summary>Where to restore to; the same for a probe and for the restore itself.</summary>
public class RestoreTargetRequest
{
    [JsonRequired]
    public Guid? DataSourceId { get; init; }

    [JsonRequired]
    [Description("new_database: a database that does not exist yet. new_server: the empty database that targetUri names; "
        + "of a whole server's backup all its databases under their own names, on the server that targetUri names. overwrite: the data "
        + "source's own database.")]
    public RestoreMode? Mode { get; init; }

    [Description(
        "A connection string with a login that may write. Encrypted, never returned, wiped when the restore ends. Ignored by overwrite.")]
    public string? TargetUri { get; init; }

    [Description("The database to create; new_database only.")]
    public string? TargetDatabase { get; init; }

    [Description("new_database without targetUri: on the data source's own server, with its login for restores, or its own where it has "
        + "none.")]
    public bool? UseSourceLogin { get; init; }

    [Description("overwrite: another login for the same server and database, where the stored one may only read. Encrypted, wiped when "
        + "the restore ends.")]
    public string? OverwriteLoginUri { get; init; }

    [Description("The object to restore, of a backup of a whole server.")]
    public Guid? ArtifactId { get; init; }

    [Description("Only these schemas. For a probe: what picking them means is told.")]
    public string[]? Schemas { get; init; }

    [Description("Only these tables, with what belongs to them.")]
    public TableRequest[]? Tables { get; init; }

    [Description("new_server of a whole server's backup, without artifactId: only these databases, under their own names, after roles and "
        + "tablespaces. Absent: all.")]
    public string[]? Databases { get; init; }

    [Description("The same by the ids of the backup's artifacts: exactly these, without roles and tablespaces where theirs is not among "
        + "them.")]
    public Guid[]? ArtifactIds { get; init; }

    internal RestoreInput ToInput() => new()
    {
        DataSourceId = DataSourceId,
        Mode = Mode,
        TargetUri = Mode == RestoreMode.Overwrite ? OverwriteLoginUri : TargetUri,
        TargetDatabase = TargetDatabase,
        UseSourceLogin = UseSourceLogin == true && string.IsNullOrEmpty(TargetUri),
        ArtifactId = ArtifactId,
        Schemas = Schemas ?? [],
        Tables = [.. (Tables ?? []).Select(t => new PickedTable(t.Schema!, t.Name!))],
        Databases = Databases ?? [],
        ArtifactIds = ArtifactIds ?? [],
    };

    internal FieldNames Fields => new(
        (nameof(RestoreInput.TargetUri), Mode == RestoreMode.Overwrite ? "overwriteLoginUri" : "targetUri"),
        (nameof(RestoreInput.Confirmation), Mode == RestoreMode.Overwrite ? "confirmOverwrite" : "confirmation"));
}

public sealed class ProbeTargetRequest : RestoreTargetRequest
{
    [Description("Absent: the newest good backup of the data source.")]
    public Guid? SourceBackupId { get; init; }
}

public sealed class CreateRestoreRequest : RestoreTargetRequest
{
    [JsonRequired]
    public Guid? SourceBackupId { get; init; }

    [Description("Must be true for overwrite.")]
    public bool? ConfirmOverwrite { get; init; }

    [Description("new_server into the database of another data source: that database's name.")]
    public string? Confirmation { get; init; }

    [Description("Errors of single objects do not end the restore: it becomes partial, with each of them named.")]
    public bool? GoOnPastErrors { get; init; }

    [Description("overwrite: even a partial restore takes the old database's place.")]
    public bool? SwapPartial { get; init; }

    [Description("overwrite of MongoDB, which cannot keep the old database: not even a backup of it is taken first. For Administrators.")]
    public bool? WithoutSafetyBackup { get; init; }
}

public sealed class TableRequest
{
    [JsonRequired]
    public string? Schema { get; init; }

    [JsonRequired]
    public string? Name { get; init; }
}

public sealed record RestoreLogResponse(
    bool Ok, string? Url = null, DateTimeOffset? ExpiresAt = null, string? ErrorCode = null, string? ErrorMessage = null);

public sealed class UndoRestoreRequest
{
    [JsonRequired]
    [Description("The name of the database.")]
    public string? Confirmation { get; init; }

    [Description("A login for the same server, where the stored one may not do it.")]
    public string? LoginUri { get; init; }
}

public sealed record AftermathResponse(string Message)
{
    [Description("The restore that was started: what undoes one of MongoDB.")]
    public Guid? RestoreId { get; init; }
}

/// <summary>One restore. Names are those of the day it was made.</summary>
public sealed record RestoreResponse
{
    public required Guid Id { get; init; }

    public required RunStatus Status { get; init; }

    public required RestoreMode Mode { get; init; }

    public required Guid DataSourceId { get; init; }

    public required string DataSourceName { get; init; }

    public required Engine Engine { get; init; }

    public required Guid SourceBackupId { get; init; }

    public required Guid ArtifactId { get; init; }

    [Description("overwrite of MongoDB: the backup of what is replaced. It is taken first, pinned, and undo restores it.")]
    public Guid? SafetyBackupId { get; init; }

    [Description("Where to, without a login.")]
    public required string TargetConnectionRef { get; init; }

    public required string TargetDatabase { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public long? DurationMs { get; init; }

    [Description("Bytes of the stored object that were read.")]
    public long BytesRead { get; init; }

    [Description("Bytes that the tool was given, uncompressed.")]
    public long BytesRestored { get; init; }

    public string? ErrorCode { get; init; }

    public RunStage? ErrorStage { get; init; }

    public string? ErrorSummary { get; init; }

    public string? RequestedBy { get; init; }

    public required bool HasLog { get; init; }

    [Description("A database that stands beside the one in use: the old one, until somebody drops it.")]
    public string? KeptDatabase { get; init; }

    public DateTimeOffset? UndoneAt { get; init; }

    [Description("What restores it, and what it is restored to; null until that is known.")]
    public string? ToolVersion { get; init; }

    public string? ServerVersion { get; init; }

    [Description("What nobody on the way could do to the tool's connection; null where no tool had one, or it has not ended.")]
    public ConnectionProtection? ConnectionProtection { get; init; }

    [Description("What it is at; null once it has ended.")]
    public RestorePhase? Phase { get; init; }

    [Description("Sentences that people have to know, errors that were gone past among them.")]
    public required IReadOnlyList<string> Notes { get; init; }

    [Description("Rows that were counted in the restored database. Only of one restore by its id; null before its end, and in lists.")]
    public long? Rows { get; init; }

    [Description("The tables that they are in, likewise.")]
    public int? Tables { get; init; }

    [Description("Of a whole server each part, in the order in which they are restored; null otherwise.")]
    public IReadOnlyList<RestorePartResponse>? Parts { get; init; }

    internal static RestoreResponse Of(RestoreRow row) => new()
    {
        Id = row.Id,
        Status = row.Status,
        Mode = row.Mode,
        DataSourceId = row.DataSourceId,
        DataSourceName = row.DataSourceName,
        Engine = row.Engine,
        SourceBackupId = row.SourceBackupId,
        ArtifactId = row.ArtifactId,
        SafetyBackupId = row.SafetyJobId,
        TargetConnectionRef = row.TargetRef,
        TargetDatabase = row.TargetDatabase,
        CreatedAt = row.CreatedAt,
        StartedAt = row.StartedAt,
        FinishedAt = row.FinishedAt,
        DurationMs = (long?)row.Duration?.TotalMilliseconds,
        BytesRead = row.BytesRead,
        BytesRestored = row.BytesRestored,
        ErrorCode = row.ErrorCode,
        ErrorStage = row.ErrorStage,
        ErrorSummary = row.ErrorSummary,
        RequestedBy = row.RequestedBy,
        HasLog = row.HasLog,
        KeptDatabase = row.Kept,
        UndoneAt = row.UndoneAt,
        ToolVersion = row.ToolVersion,
        ServerVersion = row.ServerVersion,
        ConnectionProtection = row.ConnectionProtection,
        Phase = row.Phase,
        Notes = row.Notes?.Split('\n') ?? [],
        Parts = row.Parts?.All.Select(RestorePartResponse.Of).ToList(),
    };
}
