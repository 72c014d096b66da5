using System.Text.Encodings.Web;
using System.Text.Json;
using BackupApp.Backups.Dumps;
using BackupApp.Data;
using BackupApp.DataSources;

namespace BackupApp.Backups;

/// <summary>The small JSON beside each object: what it is and how to restore it, for the day when only the bucket is left.</summary>
public sealed record BackupManifest(
    int Version,
    Guid JobId,
    string Source,
    string Engine,
    string Database,
    DateTimeOffset StartedAt,
    string Key,
    string ContentType,
    long Size,
    string Sha256,
    long UncompressedSize,
    string ServerVersion,
    string ToolVersion,
    string RestoreCommand)
{
    // Names keep their letters and shell quotes stay quotes: the file is read by people, never by a browser as HTML.
    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static BackupManifest For(ClaimedJob job, StoredDump dump, IDumpTool tool, ServerInfo server, string toolVersion)
    {
        var file = job.Artifact.Key[(job.Artifact.Key.LastIndexOf('/') + 1)..];
        return new BackupManifest(
            1,
            job.Id,
            job.Source.Name,
            job.Source.Engine.ToSnakeCase(),
            job.Artifact.Database,
            job.Job.StartedAt ?? job.Job.CreatedAt,
            job.Artifact.Key,
            ObjectNames.ContentType,
            dump.Stored.Size,
            Convert.ToHexStringLower(dump.Sha256),
            dump.RawBytes,
            server.Version,
            toolVersion,
            tool.RestoreCommand(file, job.Artifact.Database));
    }

    public byte[] ToUtf8Json() => JsonSerializer.SerializeToUtf8Bytes(this, Json);
}
