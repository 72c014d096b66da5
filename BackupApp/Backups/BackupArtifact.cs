using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BackupApp.Backups;

/// <summary>
/// One object of a job. Its row, with the key, is written with the claim, before anything is stored, so that whatever happens somebody
/// knows where to look.
/// </summary>
public sealed class BackupArtifact
{
    public Guid Id { get; private set; } = Guid.CreateVersion7();

    public Guid JobId { get; private set; }

    public string Database { get; private set; } = "";

    public string? Bucket { get; private set; }

    /// <summary>Without the destination's prefix.</summary>
    public string Key { get; private set; } = "";

    /// <summary>Set while the upload is open.</summary>
    public string? UploadId { get; private set; }

    /// <summary>The fence: from here on the object may be there, with exactly this size and hash.</summary>
    public DateTimeOffset? SealedAt { get; private set; }

    public DateTimeOffset? StoredAt { get; private set; }

    /// <summary>When the key of a job that failed or was canceled is looked at next, for something that a stray worker left there.</summary>
    public DateTimeOffset? CleanupDueAt { get; private set; }

    public long? Size { get; private set; }

    public byte[]? Sha256 { get; private set; }

    public string? VersionId { get; private set; }

    public static BackupArtifact Create(Guid jobId, string database, string? bucket, string key) =>
        new() { JobId = jobId, Database = database, Bucket = bucket, Key = key };

    private sealed class Mapping : IEntityTypeConfiguration<BackupArtifact>
    {
        public void Configure(EntityTypeBuilder<BackupArtifact> builder)
        {
            builder.ToTable("backup_artifacts");
            builder.Property(a => a.Id).ValueGeneratedNever();
            builder.HasIndex(a => a.JobId);
            builder.HasIndex(a => a.CleanupDueAt).HasFilter("cleanup_due_at is not null");
        }
    }
}
