using BackupApp.Errors;
using BackupApp.Tools;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BackupApp.Runs;

/// <summary>
/// One execution of anything long: what a lease, a heartbeat, a cancel request and the reaper need to know of it.
/// Each kind has a table of its own. Its row is changed only by the conditional updates of <see cref="RunLease{T}"/>
/// and its kind, never by saving this object, because several processes look at it at once.
/// </summary>
public abstract class Run
{
    public Guid Id { get; private set; } = Guid.CreateVersion7();

    public RunStatus Status { get; protected set; }

    public Guid? RequestedById { get; protected set; }

    /// <summary>Who asked, as named then; null for the schedule.</summary>
    public string? RequestedBy { get; protected set; }

    public string? HangfireJobId { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset? StartedAt { get; private set; }

    public DateTimeOffset? FinishedAt { get; private set; }

    /// <summary>The execution that holds the run: unique for each claim, so that a second delivery cannot speak for the first.</summary>
    public Guid? WorkerId { get; private set; }

    /// <summary>Machine and process of the worker, for people.</summary>
    public string? WorkerName { get; private set; }

    public DateTimeOffset? HeartbeatAt { get; private set; }

    /// <summary>Since when it waits for a place under the limits; its message is used up, and a run that finishes sends it again.</summary>
    public DateTimeOffset? ParkedAt { get; private set; }

    /// <summary>When the reaper first took it over.</summary>
    public DateTimeOffset? ReapedAt { get; private set; }

    public bool CancelRequested { get; private set; }

    public CancelReason? CancelReason { get; private set; }

    /// <summary>It is ended after this; null = no limit.</summary>
    public TimeSpan? MaxDuration { get; protected set; }

    /// <summary>Bytes that came from its source, before compression.</summary>
    public long BytesRead { get; private set; }

    /// <summary>Bytes that its target took.</summary>
    public long BytesStored { get; private set; }

    /// <summary>It has started, but others of its process use all the memory that they may. As of the last heartbeat.</summary>
    public bool IsWaitingForMemory { get; private set; }

    /// <summary>The table that it is at, as of the last heartbeat; null where that is not known.</summary>
    public string? StepName { get; private set; }

    /// <summary>Which of <see cref="StepTotal"/> it is, from 1.</summary>
    public int? StepNumber { get; private set; }

    public int? StepTotal { get; private set; }

    public string? ErrorCode { get; private set; }

    public string? ErrorSummary { get; private set; }

    public RunStage? ErrorStage { get; private set; }

    /// <summary>Something worth knowing about a run that went well.</summary>
    public string? Warning { get; private set; }

    public string? ToolVersion { get; private set; }

    public string? ServerVersion { get; private set; }

    /// <summary>Of the tool's own connection; null where no tool had one.</summary>
    public ConnectionProtection? ConnectionProtection { get; private set; }

    /// <summary>The last lines of the tool's stderr, without secrets.</summary>
    public string? ToolLog { get; private set; }

    public bool IsActive => Status is RunStatus.Queued or RunStatus.Running;

    public TimeSpan? Duration => FinishedAt - StartedAt;

    /// <summary>The table of legal moves. Terminal states have none: failures are sticky.</summary>
    public static bool CanMove(RunStatus from, RunStatus to) => (from, to) switch
    {
        (RunStatus.Queued, RunStatus.Running or RunStatus.Canceled) => true,
        (RunStatus.Running, RunStatus.Success or RunStatus.Failed or RunStatus.Partial or RunStatus.Canceled) => true,
        _ => false,
    };

    /// <summary>What the tables of all kinds have in common.</summary>
    protected static void Configure<T>(EntityTypeBuilder<T> builder)
        where T : Run
    {
        builder.Property(r => r.Id).ValueGeneratedNever();
        builder.Property(r => r.IsWaitingForMemory).HasDefaultValue(false);
        builder.Property(r => r.CreatedAt).HasDefaultValueSql("now()").ValueGeneratedOnAdd();
        builder.HasIndex(r => r.Status).HasFilter("status in ('queued', 'running')");
    }
}
