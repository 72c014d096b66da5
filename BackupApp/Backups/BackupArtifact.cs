using System.Text.Json;
using BackupApp.Engines;
using BackupApp.Errors;
using BackupApp.Tools;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BackupApp.Backups;

/// <summary>The states of an artifact; exactly these words, in lower case, in the database, the API and the UI.</summary>
public enum ArtifactStatus
{
    /// <summary>Planned; nothing of it was begun, and nothing is at its key.</summary>
    Pending,

    /// <summary>Begun: from here on something may be at its key.</summary>
    Running,
    Success,
    Failed,

    /// <summary>Its job was canceled, before it or after it was stored.</summary>
    Canceled,
}

/// <summary>
/// One object of a job. Its row, with the key, is written before anything is stored, so that whatever happens somebody knows where to look; for a
/// whole server all rows are written before the first dump, so that everybody knows what is missing.
/// </summary>
public sealed class BackupArtifact
{
    public Guid Id { get; private set; } = Guid.CreateVersion7();

    public Guid JobId { get; private set; }

    /// <summary>Its place among the job's artifacts, from 0: the order in which they are dumped and restored.</summary>
    public int Position { get; private set; }

    public ArtifactKind Kind { get; private set; }

    public ArtifactStatus Status { get; private set; }

    /// <summary>See <see cref="DumpTarget.Database"/>.</summary>
    public string Database { get; private set; } = "";

    public string? Bucket { get; private set; }

    /// <summary>Without the destination's prefix.</summary>
    public string Key { get; private set; } = "";

    /// <summary>Set while the upload is open.</summary>
    public string? UploadId { get; private set; }

    /// <summary>The fence: from here on the object may be there, with exactly this size and hash.</summary>
    public DateTimeOffset? SealedAt { get; private set; }

    /// <summary>The object is there and belongs to a backup.</summary>
    public DateTimeOffset? StoredAt { get; private set; }

    /// <summary>When the key of an artifact that failed or was canceled is looked at next, for something that a stray worker left there.</summary>
    public DateTimeOffset? CleanupDueAt { get; private set; }

    /// <summary>Bytes that the tool wrote.</summary>
    public long? BytesRead { get; private set; }

    /// <summary>Bytes of the object.</summary>
    public long? Size { get; private set; }

    public byte[]? Sha256 { get; private set; }

    public string? VersionId { get; private set; }

    public string? ToolVersion { get; private set; }

    /// <summary>What it does not hold though people may expect it.</summary>
    public string? Note { get; private set; }

    /// <summary>What makes the database besides what the archive holds of it; null where that is not known.</summary>
    public DatabaseTraits? Traits { get; private set; }

    public RunStage? ErrorStage { get; private set; }

    public string? ErrorCode { get; private set; }

    public string? ErrorSummary { get; private set; }

    /// <summary>Neither stored nor given up.</summary>
    public bool IsOpen => Status is ArtifactStatus.Pending or ArtifactStatus.Running;

    public DumpTarget Target => new(Kind, Database);

    /// <summary>Its database in a sentence, without anything that a terminal would act on.</summary>
    public string ShownDatabase => ShellWord.Show(Database);

    /// <summary>The name that a downloaded file gets.</summary>
    public string FileName => ObjectNames.FileName(Key);

    public static BackupArtifact Create(Guid jobId, int position, DumpTarget target, string? bucket, string key) =>
        new() { JobId = jobId, Position = position, Kind = target.Kind, Database = target.Database, Bucket = bucket, Key = key };

    private sealed class Mapping : IEntityTypeConfiguration<BackupArtifact>
    {
        public void Configure(EntityTypeBuilder<BackupArtifact> builder)
        {
            builder.ToTable("backup_artifacts");
            builder.Property(a => a.Id).ValueGeneratedNever();
            // For rows from before there were several; a new one always says what it is.
            builder.Property(a => a.Position).HasDefaultValue(0);
            builder.Property(a => a.Kind).HasDefaultValue(ArtifactKind.Database).ValueGeneratedNever();
            builder.Property(a => a.Status).HasDefaultValue(ArtifactStatus.Success).ValueGeneratedNever();
            builder.Ignore(a => a.Target);
            builder.Property(a => a.Traits).HasColumnType("jsonb").HasConversion(
                traits => JsonSerializer.Serialize(traits, JsonSerializerOptions.Web),
                json => JsonSerializer.Deserialize<DatabaseTraits>(json, JsonSerializerOptions.Web));
            builder.HasIndex(a => a.JobId);
            builder.HasIndex(a => a.CleanupDueAt).HasFilter("cleanup_due_at is not null");
        }
    }
}
