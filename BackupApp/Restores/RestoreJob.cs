using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Engines;
using BackupApp.Engines.Restores;
using BackupApp.Runs;
using BackupApp.Secrets;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BackupApp.Restores;

/// <summary>Why a restore runs. Both kinds are in one table and have the same life.</summary>
public enum RestoreTrigger
{
    /// <summary>A person wants the data.</summary>
    Manual,

    /// <summary>A check that the backup can be restored at all.</summary>
    Verification,
}

/// <summary>
/// One execution of a restore, and its permanent record. It is made once, by <see cref="StartRestore"/>; from then on its row is
/// changed only by conditional updates (see <see cref="Run"/>). It restores one artifact into one database. A login that was given
/// for it is encrypted here and wiped when it ends.
/// </summary>
public sealed class RestoreJob : Run
{
    public RestoreTrigger Trigger { get; private set; }

    public RestoreMode Mode { get; private set; }

    /// <summary>That it was asked for with others, one after another; null for one alone.</summary>
    public Guid? BatchId { get; private set; }

    /// <summary>Its turn among them, from 0: it begins when none before it is queued or running any more.</summary>
    public int BatchPosition { get; private set; }

    public Guid DataSourceId { get; private set; }

    public string DataSourceName { get; private set; } = "";

    public Engine Engine { get; private set; }

    /// <summary>The backup that is restored; held while this is queued or running.</summary>
    public Guid SourceBackupId { get; private set; }

    public Guid ArtifactId { get; private set; }

    /// <summary>
    /// The backup of what is replaced, which is taken before and is the way back; null where that is kept beside it, or nobody wanted one.
    /// </summary>
    public Guid? SafetyJobId { get; private set; }

    /// <summary>As the dump calls it.</summary>
    public string BackupDatabase { get; private set; } = "";

    /// <summary>The moment that the restored data is of.</summary>
    public DateTimeOffset BackupTakenAt { get; private set; }

    public TargetLogin Login { get; private set; }

    /// <summary>The login that was given; null for a stored one, and after the end.</summary>
    public byte[]? TargetCipher { get; private set; }

    /// <summary>Where to, without a login: <c>postgres://…@host:5432/app</c>.</summary>
    public string TargetRef { get; private set; } = "";

    public string TargetHost { get; private set; } = "";

    public int TargetPort { get; private set; }

    /// <summary>The name that the database has in the end.</summary>
    public string TargetDatabase { get; private set; } = "";

    /// <summary>Everything, or picked tables.</summary>
    public RestoreSelection Selection { get; private set; } = RestoreSelection.Everything;

    /// <summary>Errors of single objects do not end it: it becomes <see cref="RunStatus.Partial"/>, with each of them named.</summary>
    public bool GoOnPastErrors { get; private set; }

    /// <summary>Of an overwrite: even a partial one takes the old database's place. Else it is kept beside it.</summary>
    public bool SwapPartial { get; private set; }

    /// <summary>Bytes of the stored object, all of which are read.</summary>
    public long ExpectedRead { get; private set; }

    /// <summary>Bytes that the dump tool wrote, and that the tool here gets; null where nobody counted them.</summary>
    public long? ExpectedRestored { get; private set; }

    /// <summary>What it is at, as of the last heartbeat.</summary>
    public RestorePhase? Phase { get; private set; }

    /// <summary>The table that is being filled.</summary>
    public string? CurrentObject { get; private set; }

    public int? ObjectsDone { get; private set; }

    public int? ObjectsTotal { get; private set; }

    /// <summary>What stands on the target because of it: what whoever cleans up after a crash goes by.</summary>
    public RestoreMarks Marks { get; private set; } = new(null, null);

    /// <summary>Of a whole server its parts, with what stands on the target of each; null where one part alone is restored.</summary>
    public RestoreParts? Parts { get; private set; }

    /// <summary>The fence: from here on it is too late to cancel.</summary>
    public DateTimeOffset? SwappingAt { get; private set; }

    /// <summary>
    /// When the target is looked at again for a half-made database that could not be cleared away; null when there is none.
    /// </summary>
    public DateTimeOffset? CleanupDueAt { get; private set; }

    /// <summary>A line for each thing that people have to know, errors that were gone past among them.</summary>
    public string? Notes { get; private set; }

    public IReadOnlyList<string> AllNotes => Notes?.Split('\n') ?? [];

    /// <summary>What was counted in the restored database, and what to do next; null before the end.</summary>
    public RestoreResult? Result { get; private set; }

    /// <summary>
    /// The database that stands beside the one with the name: the old one after an overwrite, the restored one after an undo, or
    /// the partly restored one that was not swapped in.
    /// </summary>
    public string? KeptDatabase { get; private set; }

    /// <summary>The server's number of it: a name can be given to another.</summary>
    public long? KeptOid { get; private set; }

    public DateTimeOffset? KeptDroppedAt { get; private set; }

    /// <summary>The restored database has its name, or had it until it was undone.</summary>
    public bool InPlace { get; private set; }

    public DateTimeOffset? UndoneAt { get; private set; }

    /// <summary>An undo or a drop is at work; its time is what makes it one at a time.</summary>
    public DateTimeOffset? AftermathAt { get; private set; }

    /// <summary>There is a database beside the one in use, which can be dropped.</summary>
    public bool HasKept => !IsActive && KeptDatabase is not null && KeptDroppedAt is null;

    /// <summary>The database from before can be swapped back.</summary>
    public bool CanUndo => HasKept && InPlace && UndoneAt is null;

    /// <summary>The backup from before can be restored, whatever this one came to: it may have changed something.</summary>
    public bool CanUndoBySafety => !IsActive && SafetyJobId is not null && SwappingAt is not null && UndoneAt is null;

    /// <summary>It was restored only in part, and a person may put it in its place all the same.</summary>
    public bool CanPutInPlace => HasKept && !InPlace;

    /// <summary>How to reach the restored database, for whoever has a login.</summary>
    public string TargetUriWithoutLogin => TargetNames.WithoutLogin(TargetRef, TargetDatabase);

    public AuditTarget ToAuditTarget() => new("restore_job", Id, DataSourceName);

    /// <param name="plan">Checked.</param>
    public static RestoreJob Queue(RestorePlan plan, RestoreTrigger trigger, SecretBox secrets, Guid? requestedById, string? requestedBy)
    {
        var job = new RestoreJob
        {
            Status = RunStatus.Queued,
            Trigger = trigger,
            Mode = plan.Mode,
            DataSourceId = plan.Source.Id,
            DataSourceName = plan.Source.Name,
            Engine = plan.Source.Engine,
            SourceBackupId = plan.Backup.Id,
            ArtifactId = plan.Artifact.Id,
            BackupDatabase = plan.Artifact.Database,
            BackupTakenAt = plan.Backup.StartedAt ?? plan.Backup.CreatedAt,
            Login = plan.Login,
            TargetRef = plan.TargetRef,
            TargetHost = plan.Target.Host,
            TargetPort = plan.Target.Port,
            TargetDatabase = plan.Database,
            Selection = plan.Selection,
            GoOnPastErrors = plan.GoOnPastErrors,
            SwapPartial = plan.SwapPartial,
            Parts = plan.IsWholeServer ? RestoreParts.Of(plan.Parts) : null,
            ExpectedRead = plan.Parts.DefaultIfEmpty(plan.Artifact).Sum(a => a.Size ?? 0),
            ExpectedRestored = PartOrders.Bytes(plan.Parts.DefaultIfEmpty(plan.Artifact).Select(a => a.BytesRead)),
            RequestedById = requestedById,
            RequestedBy = requestedBy,
        };
        if (plan.Login == TargetLogin.Given)
            job.TargetCipher = secrets.ProtectJson(plan.Target, job.SecretContext);
        return job;
    }

    internal RestoreJob InBatch(Guid batch, int position)
    {
        (BatchId, BatchPosition) = (batch, position);
        return this;
    }

    internal RestoreJob After(BackupJob safety)
    {
        SafetyJobId = safety.Id;
        return this;
    }

    /// <summary>The login that was given, decrypted. Call only in a worker.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It does not decrypt.</exception>
    public DatabaseConnection? DecryptTarget(SecretBox secrets) =>
        TargetCipher is null ? null : secrets.UnprotectJson<DatabaseConnection>(TargetCipher, SecretContext);

    private string SecretContext => $"restore_job/{Id}";

    private sealed class Mapping : IEntityTypeConfiguration<RestoreJob>
    {
        public void Configure(EntityTypeBuilder<RestoreJob> builder)
        {
            builder.ToTable("restore_jobs");
            Configure<RestoreJob>(builder);
            builder.Ignore(j => j.AllNotes);
            builder.Ignore(j => j.TargetUriWithoutLogin);
            builder.Property(j => j.Selection).AsJson();
            builder.Property(j => j.Marks).AsJson();
            builder.Property(j => j.Parts).AsJson();
            builder.Property(j => j.Result).AsJson();
            builder.HasOne<DataSource>().WithMany().HasForeignKey(j => j.DataSourceId).OnDelete(DeleteBehavior.Restrict);
            builder.HasOne<BackupJob>().WithMany().HasForeignKey(j => j.SourceBackupId).OnDelete(DeleteBehavior.Restrict);
            builder.HasOne<BackupJob>().WithMany().HasForeignKey(j => j.SafetyJobId).OnDelete(DeleteBehavior.Restrict);
            builder.HasOne<BackupArtifact>().WithMany().HasForeignKey(j => j.ArtifactId).OnDelete(DeleteBehavior.Restrict);
            // The history, newest first: what people asked for, and what checks did, each by itself.
            builder.HasIndex(j => new { j.Trigger, j.CreatedAt, j.Id }).IsDescending(false, true, true);
            builder.HasIndex(j => new { j.DataSourceId, j.Trigger, j.CreatedAt, j.Id }).IsDescending(false, false, true, true);
            builder.HasIndex(j => new { j.BatchId, j.BatchPosition }).IsUnique().HasFilter("batch_id is not null");
            // What a backup was restored to, and whether something holds it.
            builder.HasIndex(j => new { j.SourceBackupId, j.CreatedAt }).IsDescending(false, true);
            // Databases that take space on somebody's server.
            builder.HasIndex(j => j.FinishedAt, "ix_restore_jobs_kept").HasFilter("kept_database is not null and kept_dropped_at is null");
            builder.HasIndex(j => j.CleanupDueAt).HasFilter("cleanup_due_at is not null");
        }
    }
}
