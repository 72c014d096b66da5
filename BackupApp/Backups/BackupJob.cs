using BackupApp.Audit;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Engines;
using BackupApp.Errors;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BackupApp.Backups;

/// <summary>The states of a backup job; exactly these words, in lower case, in the database, the API and the UI.</summary>
public enum BackupStatus
{
    Queued,
    Running,
    Success,
    Failed,
    Partial,
    Canceled,
}

public enum BackupTrigger
{
    Schedule,
    Manual,
}

/// <summary>Why a stored backup went.</summary>
public enum DeletionReason
{
    AgeExceeded,
    KeepLastNExceeded,
    UserDeleted,

    /// <summary>The destination was deleted with its keys, and what lay there was left as it was.</summary>
    DestinationDeleted,
}

public enum CancelReason
{
    User,
    Paused,
    Shutdown,
}

/// <summary>
/// One execution of a backup, and its permanent record. It is made once, by <see cref="BackupQueue"/>; from then on its row is changed only by
/// the conditional updates of <see cref="JobTransitions"/>, never by saving this object, because several processes look at it at once.
/// Names are copies: renaming a source does not rewrite history.
/// </summary>
public sealed class BackupJob
{
    public Guid Id { get; private set; } = Guid.CreateVersion7();

    public BackupStatus Status { get; private set; }

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

    /// <summary>Threads that compress it; null for as many as the process uses by default.</summary>
    public int? CompressionThreads { get; private set; }

    /// <summary>MB (10^6 bytes) a second that are read from the tool at most; null = no limit.</summary>
    public int? RateLimit { get; private set; }

    /// <summary>The run is ended after this; null = no limit.</summary>
    public TimeSpan? MaxDuration { get; private set; }

    public Guid? RequestedById { get; private set; }

    /// <summary>Who asked, as named then; null for the schedule.</summary>
    public string? RequestedBy { get; private set; }

    public string? HangfireJobId { get; private set; }

    public DateTimeOffset ScheduledFor { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset? StartedAt { get; private set; }

    public DateTimeOffset? FinishedAt { get; private set; }

    /// <summary>The run that holds the job: unique for each claim, so that a second delivery cannot speak for the first.</summary>
    public Guid? WorkerId { get; private set; }

    /// <summary>Machine and process of the worker, for people.</summary>
    public string? WorkerName { get; private set; }

    public DateTimeOffset? HeartbeatAt { get; private set; }

    /// <summary>Since when the job waits for a place under the limits; its message is used up, and a finishing job sends it again.</summary>
    public DateTimeOffset? ParkedAt { get; private set; }

    /// <summary>When the reaper first took the job over.</summary>
    public DateTimeOffset? ReapedAt { get; private set; }

    public bool CancelRequested { get; private set; }

    public CancelReason? CancelReason { get; private set; }

    /// <summary>Bytes that the tool wrote.</summary>
    public long BytesRead { get; private set; }

    /// <summary>Bytes that the destination took.</summary>
    public long BytesStored { get; private set; }

    /// <summary>Bytes that the tool will probably write, from the last run; null when there was none.</summary>
    public long? ExpectedBytes { get; private set; }

    /// <summary>Bytes that will probably be stored, from the last run; null when there was none.</summary>
    public long? ExpectedStoredBytes { get; private set; }

    /// <summary>The run has started, but other backups of its process use all the memory that they may. As of the last heartbeat.</summary>
    public bool IsWaitingForMemory { get; private set; }

    public string? ErrorCode { get; private set; }

    public string? ErrorSummary { get; private set; }

    public BackupStage? ErrorStage { get; private set; }

    /// <summary>Something worth knowing about a job that went well.</summary>
    public string? Warning { get; private set; }

    /// <summary>When what describes the backup at the destination is looked at again, because not all of it could be written; null when all of it was.</summary>
    public DateTimeOffset? ManifestsDueAt { get; private set; }

    public string? ToolVersion { get; private set; }

    public string? ServerVersion { get; private set; }

    public bool? ConnectionEncrypted { get; private set; }

    public bool? ConnectionVerified { get; private set; }

    /// <summary>The last lines of the tool's stderr, without secrets.</summary>
    public string? ToolLog { get; private set; }

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

    public bool IsActive => Status is BackupStatus.Queued or BackupStatus.Running;

    /// <summary>There is something at the destination that can be handed out.</summary>
    public bool HasBackup => Status is BackupStatus.Success or BackupStatus.Partial && DeletionMarkedAt is null;

    public TimeSpan? Duration => FinishedAt - StartedAt;

    public static BackupJob Queue(DataSource source, StorageDestination destination, BackupTrigger trigger, DateTimeOffset scheduledFor, PolicyRun? policy, int? compressionLevel, Guid? requestedById, string? requestedBy, ExpectedSizes expected = default) => new()
    {
        Status = BackupStatus.Queued,
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

    public AuditTarget ToAuditTarget() => new("backup_job", Id, DataSourceName);

    /// <summary>The table of legal moves. Terminal states have none: failures are sticky.</summary>
    public static bool CanMove(BackupStatus from, BackupStatus to) => (from, to) switch
    {
        (BackupStatus.Queued, BackupStatus.Running or BackupStatus.Canceled) => true,
        (BackupStatus.Running, BackupStatus.Success or BackupStatus.Failed or BackupStatus.Partial or BackupStatus.Canceled) => true,
        _ => false,
    };

    private sealed class Mapping : IEntityTypeConfiguration<BackupJob>
    {
        public void Configure(EntityTypeBuilder<BackupJob> builder)
        {
            builder.ToTable("backup_jobs");
            builder.Property(j => j.Id).ValueGeneratedNever();
            builder.Property(j => j.DeletionAttempts).HasDefaultValue(0);
            builder.Property(j => j.IsWaitingForMemory).HasDefaultValue(false);
            builder.Property(j => j.OnlyHidden).HasDefaultValue(false);
            builder.Property(j => j.CreatedAt).HasDefaultValueSql("now()").ValueGeneratedOnAdd();
            builder.HasMany(j => j.Artifacts).WithOne().HasForeignKey(a => a.JobId);
            builder.HasOne<DataSource>().WithMany().HasForeignKey(j => j.DataSourceId).OnDelete(DeleteBehavior.Restrict);
            builder.HasOne<StorageDestination>().WithMany().HasForeignKey(j => j.DestinationId).OnDelete(DeleteBehavior.Restrict);
            // The history, newest first. This one serves every page without a filter, any time range, and what nearly all jobs are: scheduled, or a success.
            builder.HasIndex(j => new { j.CreatedAt, j.Id }).IsDescending();
            // Those of one source; few enough to find the failed ones among them, too.
            builder.HasIndex(j => new { j.DataSourceId, j.CreatedAt, j.Id }).IsDescending(false, true, true);
            // Those of one policy, likewise.
            builder.HasIndex(j => new { j.PolicyId, j.CreatedAt, j.Id }).IsDescending(false, true, true).HasFilter("policy_id is not null");
            // What did not go well: along the first index a state that is rare would be looked for through all the others.
            builder.HasIndex(j => new { j.Status, j.CreatedAt, j.Id }).IsDescending(false, true, true).HasFilter("status <> 'success'");
            // Manual runs, which may be rare as well.
            builder.HasIndex(j => new { j.Trigger, j.CreatedAt, j.Id }).IsDescending(false, true, true).HasFilter("trigger = 'manual'");
            builder.HasIndex(j => j.Status).HasFilter("status in ('queued', 'running')");
            builder.HasIndex(j => j.ManifestsDueAt).HasFilter("manifests_due_at is not null");
            builder.HasIndex(j => j.DeletionDueAt).HasFilter("deletion_due_at is not null");
            builder.HasIndex(j => new { j.DestinationId, j.CreatedAt, j.Id }).IsDescending(false, true, true);
            // What still lies at a destination: asked on its page, and before it is deleted.
            builder.HasIndex(j => j.DestinationId, "ix_backup_jobs_stored").HasFilter("deleted_at is null and status in ('success', 'partial')");
            // Two servers, a replayed tick or an edited cron never make a second job of one occurrence.
            builder.HasIndex(j => new { j.AttachmentId, j.ScheduledFor }).IsUnique().HasFilter("trigger = 'schedule'");
            // Retention reads the stored backups of one attachment.
            builder.HasIndex(j => new { j.AttachmentId, j.CreatedAt }).IsDescending(false, true).HasFilter("attachment_id is not null and deletion_marked_at is null");
        }
    }
}

/// <summary>What a policy says to a run of it.</summary>
/// <param name="CompressionLevel">gzip's level 0–9; null = not compressed.</param>
/// <param name="CompressionThreads">Null = as many as the process uses by default.</param>
/// <param name="RateLimit">MB (10^6 bytes) a second that are read from the tool; null = no limit.</param>
public sealed record PolicyRun(
    Guid AttachmentId, Guid PolicyId, string PolicyName, int? CompressionLevel, TimeSpan? MaxDuration, int? CompressionThreads = null, int? RateLimit = null);
