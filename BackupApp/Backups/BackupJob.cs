using BackupApp.Audit;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Engines;
using BackupApp.Runs;
using BackupApp.Streams;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BackupApp.Backups;

/// <summary>
/// One execution of a backup, and its permanent record. It is made once, by <see cref="BackupQueue"/>;
/// from then on its row is changed only by the conditional updates of <see cref="JobTransitions"/>
/// (see <see cref="Run"/>). Names are copies: renaming a source does not rewrite history.
/// </summary>
public sealed class BackupJob : Run
{
    public BackupTrigger Trigger { get; private set; }

    public Guid DataSourceId { get; private set; }

    public string DataSourceName { get; private set; } = "";

    public Engine Engine { get; private set; }

    public Guid DestinationId { get; private set; }

    public string DestinationName { get; private set; } = "";

    /// <summary>The attachment that this run belongs to; null for a manual run without a policy.</summary>
    public Guid? AttachmentId { get; private set; }

    public Guid? PolicyId { get; private set; }

    public string? PolicyName { get; private set; }

    /// <summary>gzip's level for this run; null stores the dump as the tool wrote it. As the policy said when the job was made.</summary>
    public int? CompressionLevel { get; private set; }

    /// <summary>What its artifacts are stored as.</summary>
    public StoredForm Form => StoredForm.Of(CompressionLevel);

    /// <summary>Threads that compress it; null for as many as the process uses by default.</summary>
    public int? CompressionThreads { get; private set; }

    /// <summary>MB (10^6 bytes) a second that are read from the tool at most; null = no limit.</summary>
    public int? RateLimit { get; private set; }

    public DateTimeOffset ScheduledFor { get; private set; }

    /// <summary>
    /// Bytes that the tool will probably write: as in the last run, or on the first as large as the database; null where neither is known.
    /// </summary>
    public long? ExpectedBytes { get; private set; }

    /// <summary>No run told what to expect, but the database's own size, which counts indexes and dead rows too.</summary>
    public bool IsExpectedByDatabase => ExpectedBytes is not null && ExpectedStoredBytes is null;

    /// <summary>Bytes that will probably be stored, from the last run; null when there was none.</summary>
    public long? ExpectedStoredBytes { get; private set; }

    /// <summary>
    /// When what describes the backup at the destination is looked at again, because not all of it
    /// could be written; null when all of it was.
    /// </summary>
    public DateTimeOffset? ManifestsDueAt { get; private set; }

    /// <summary>Since when an object of it is damaged: then it is no good backup, neither for a promise nor for retention.</summary>
    public DateTimeOffset? DamagedAt { get; private set; }

    /// <summary>A pinned backup never expires.</summary>
    public DateTimeOffset? PinnedAt { get; private set; }

    /// <summary>The first step of a deletion: from here on there is no download, and the objects go.</summary>
    public DateTimeOffset? DeletionMarkedAt { get; private set; }

    public DeletionReason? DeletionReason { get; private set; }

    /// <summary>When a failed deletion is tried again.</summary>
    public DateTimeOffset? DeletionDueAt { get; private set; }

    public int DeletionAttempts { get; private set; }

    public string? DeletionError { get; private set; }

    /// <summary>The objects are confirmed gone.</summary>
    public DateTimeOffset? DeletedAt { get; private set; }

    public long? BytesFreed { get; private set; }

    /// <summary>The bucket keeps old versions and did not say which one this was: what was deleted is hidden, and still billed.</summary>
    public bool OnlyHidden { get; private set; }

    public List<BackupArtifact> Artifacts { get; private set; } = [];

    /// <summary>There is something at the destination that can be handed out.</summary>
    public bool HasBackup => Status is RunStatus.Success or RunStatus.Partial && DeletionMarkedAt is null;

    public static BackupJob Queue(
        DataSource source,
        StorageDestination destination,
        BackupTrigger trigger,
        DateTimeOffset scheduledFor,
        RunTerms? policy,
        int? compressionLevel,
        Guid? requestedById,
        string? requestedBy,
        ExpectedSizes expected = default) =>
        new()
        {
            Status = RunStatus.Queued,
            Trigger = trigger,
            DataSourceId = source.Id,
            DataSourceName = source.Name,
            Engine = source.Engine,
            DestinationId = destination.Id,
            DestinationName = destination.Name,
            ScheduledFor = scheduledFor,
            AttachmentId = policy?.AttachmentId,
            PolicyId = policy?.PolicyId,
            PolicyName = policy?.PolicyName,
            CompressionLevel = policy is null ? compressionLevel : policy.CompressionLevel,
            CompressionThreads = policy?.CompressionThreads,
            RateLimit = policy?.RateLimit,
            MaxDuration = policy?.MaxDuration,
            RequestedById = requestedById,
            RequestedBy = requestedBy,
            ExpectedBytes = expected.Read,
            ExpectedStoredBytes = expected.Stored,
        };

    /// <summary>From its beginning: nothing but a person lets it go.</summary>
    internal BackupJob Pinned(DateTimeOffset now)
    {
        PinnedAt = now;
        return this;
    }

    public AuditTarget ToAuditTarget() => new("backup_job", Id, DataSourceName);

    private sealed class Mapping : IEntityTypeConfiguration<BackupJob>
    {
        public void Configure(EntityTypeBuilder<BackupJob> builder)
        {
            builder.ToTable("backup_jobs");
            Configure<BackupJob>(builder);
            builder.Ignore(j => j.Form);
            builder.Ignore(j => j.IsExpectedByDatabase);
            builder.Property(j => j.DeletionAttempts).HasDefaultValue(0);
            builder.Property(j => j.OnlyHidden).HasDefaultValue(false);
            builder.HasMany(j => j.Artifacts).WithOne().HasForeignKey(a => a.JobId);
            builder.HasOne<DataSource>().WithMany().HasForeignKey(j => j.DataSourceId).OnDelete(DeleteBehavior.Restrict);
            builder.HasOne<StorageDestination>().WithMany().HasForeignKey(j => j.DestinationId).OnDelete(DeleteBehavior.Restrict);
            // The history, newest first. This one serves every page without a filter, any time
            // range, and what nearly all jobs are: scheduled, or a success.
            builder.HasIndex(j => new { j.CreatedAt, j.Id }).IsDescending();
            // Those of one source; few enough to find the failed ones among them, too.
            // What the days of a source brought is read from the index alone.
            builder.HasIndex(j => new { j.DataSourceId, j.CreatedAt, j.Id }).IsDescending(false, true, true)
                .IncludeProperties(j => new { j.Status, j.BytesStored, j.DamagedAt });
            // Those of one policy, likewise.
            builder.HasIndex(j => new { j.PolicyId, j.CreatedAt, j.Id }).IsDescending(false, true, true).HasFilter("policy_id is not null");
            // What did not go well: along the first index a state that is rare would be looked for through all the others.
            builder.HasIndex(j => new { j.Status, j.CreatedAt, j.Id }).IsDescending(false, true, true).HasFilter("status <> 'success'");
            // Manual runs, which may be rare as well.
            builder.HasIndex(j => new { j.Trigger, j.CreatedAt, j.Id }).IsDescending(false, true, true).HasFilter("trigger = 'manual'");
            // The newest good backups of a source, and what failed since: its protection asks every few seconds, however many
            // failed before.
            builder.HasIndex(j => new { j.DataSourceId, j.StartedAt }, "ix_backup_jobs_good").IsDescending(false, true)
                .HasFilter("deletion_marked_at is null and status in ('success', 'partial')");
            builder.HasIndex(j => new { j.DataSourceId, j.FinishedAt }, "ix_backup_jobs_failed").IsDescending(false, true)
                .HasFilter("status = 'failed'");
            builder.HasIndex(j => j.ManifestsDueAt).HasFilter("manifests_due_at is not null");
            builder.HasIndex(j => j.DeletionDueAt).HasFilter("deletion_due_at is not null");
            builder.HasIndex(j => new { j.DestinationId, j.CreatedAt, j.Id }).IsDescending(false, true, true);
            // What still lies at a destination: asked on its page, and before it is deleted.
            builder.HasIndex(j => j.DestinationId, "ix_backup_jobs_stored")
                .HasFilter("deleted_at is null and status in ('success', 'partial')");
            // Two servers, a replayed tick or an edited cron never make a second job of one occurrence.
            // What a stop of the server canceled may be made up for.
            builder.HasIndex(j => new { j.AttachmentId, j.ScheduledFor })
                .IsUnique()
                .HasFilter("trigger = 'schedule' and cancel_reason is distinct from 'shutdown'");
            // Retention reads the stored backups of one attachment.
            builder.HasIndex(j => new { j.AttachmentId, j.CreatedAt })
                .IsDescending(false, true)
                .HasFilter("attachment_id is not null and deletion_marked_at is null");
        }
    }
}
