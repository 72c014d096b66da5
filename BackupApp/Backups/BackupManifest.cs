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
    string? Note,
    IReadOnlyList<string> Notes)
{
    public const string Suffix = ".json";

    public const string JsonType = "application/json";

    // Names keep their letters and shell quotes stay quotes: the file is read by people, never by a browser as HTML.
    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <param name="job">With its artifacts as they are in the database after the fence.</param>
    public static BackupManifest For(BackupJob job, BackupArtifact artifact, IEngine engine)
    {
        var file = artifact.Copy.Key[(artifact.Copy.Key.LastIndexOf('/') + 1)..];
        var steps = engine.RestoreSteps(new(file, artifact.Form), artifact.Target, artifact.Traits);
        return new BackupManifest(
            1,
            job.Id,
            job.DataSourceName,
            job.Engine.ToSnakeCase(),
            artifact.Kind.ToSnakeCase(),
            artifact.Database,
            job.StartedAt ?? job.CreatedAt,
            artifact.Copy.Key,
            artifact.Form.ContentType,
            artifact.Size ?? 0,
            Convert.ToHexStringLower(artifact.Sha256 ?? []),
            artifact.BytesRead ?? 0,
            job.ServerVersion ?? "",
            artifact.ToolVersion ?? "",
            steps[0].Command,
            $"{steps[0].Does} {engine.RestoreAdvice}",
            steps.Count > 1 ? steps[1].Command : null,
            job.Artifacts.Count > 1 ? ObjectNames.ScriptKey(artifact.Copy.Key) : null,
            artifact.Notes.Count == 0 ? null : string.Join(' ', artifact.Notes),
            artifact.Notes);
    }

    public byte[] ToUtf8Json() => JsonSerializer.SerializeToUtf8Bytes(this, Json);
}
