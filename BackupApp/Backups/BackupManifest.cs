using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using BackupApp.Data;
using BackupApp.Engines;
using BackupApp.Tools;

namespace BackupApp.Backups;

/// <summary>The small JSON beside each object: what it is and how to restore it, for the day when only the bucket is left.</summary>
public sealed record BackupManifest(
    int Version,
    Guid JobId,
    string Source,
    string Engine,
    string Kind,
    string Database,
    DateTimeOffset StartedAt,
    string Key,
    string ContentType,
    long Size,
    string Sha256,
    long UncompressedSize,
    string ServerVersion,
    string ToolVersion,
    string RestoreCommand,
    string RestoreCommandDoes,
    string? RestoreUnderAnotherName,
    string? RestoreScript,
    string? Note)
{
    public const string Suffix = ".json";

    public const string JsonType = "application/json";

    // Names keep their letters and shell quotes stay quotes: the file is read by people, never by a browser as HTML.
    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Web) { WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="job">With its artifacts as they are in the database after the fence.</param>
    public static BackupManifest For(BackupJob job, BackupArtifact artifact, IEngine engine)
    {
        var file = artifact.Key[(artifact.Key.LastIndexOf('/') + 1)..];
        var steps = engine.RestoreSteps(file, artifact.Target, artifact.Traits);
        return new BackupManifest(
            1,
            job.Id,
            job.DataSourceName,
            job.Engine.ToSnakeCase(),
            artifact.Kind.ToSnakeCase(),
            artifact.Database,
            job.StartedAt ?? job.CreatedAt,
            artifact.Key,
            ObjectNames.ContentType(artifact.Key),
            artifact.Size ?? 0,
            Convert.ToHexStringLower(artifact.Sha256 ?? []),
            artifact.BytesRead ?? 0,
            job.ServerVersion ?? "",
            artifact.ToolVersion ?? "",
            steps[0].Command,
            $"{steps[0].Does} {engine.RestoreAdvice}",
            steps.Count > 1 ? steps[1].Command : null,
            job.Artifacts.Count > 1 ? ObjectNames.ScriptKey(artifact.Key) : null,
            artifact.Note);
    }

    public byte[] ToUtf8Json() => JsonSerializer.SerializeToUtf8Bytes(this, Json);
}
