using BackupApp.DataSources;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BackupApp.Policies;

/// <summary>
/// A policy at work on a data source, with a switch of its own. Retention follows it: once it is
/// gone its backups are kept until deleted, and attaching the same policy again starts anew.
/// </summary>
public sealed class PolicyAttachment
{
    public const int MaxPriority = 1_000_000;

    public Guid Id { get; private set; } = Guid.CreateVersion7();

    public Guid PolicyId { get; private set; }

    public Guid DataSourceId { get; private set; }

    public bool IsEnabled { get; private set; }

    /// <summary>When it was switched off; null while it is on.</summary>
    public DateTimeOffset? PausedAt { get; private set; }

    /// <summary>When it is switched on again by itself; null where somebody has to do it.</summary>
    public DateTimeOffset? PausedUntil { get; private set; }

    /// <summary>As entered.</summary>
    public string? PauseReason { get; private set; }

    /// <summary>Higher goes first; the highest is the default for "Run now". 0 to <see cref="MaxPriority"/>.</summary>
    public int Priority { get; private set; }

    /// <summary>Every occurrence up to here was queued, missed or not wanted. What is due is decided from here on.</summary>
    public DateTimeOffset EvaluatedUntil { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>When its schedule last became another one; null where it is the one of <see cref="CreatedAt"/>.</summary>
    public DateTimeOffset? RescheduledAt { get; private set; }

    /// <summary>When it was last switched on again; null where it never was.</summary>
    public DateTimeOffset? ResumedAt { get; private set; }

    public static PolicyAttachment Create(BackupPolicy policy, DataSource source, bool enabled, int priority, DateTimeOffset now) => new()
    {
        PolicyId = policy.Id,
        DataSourceId = source.Id,
        IsEnabled = enabled,
        PausedAt = enabled ? null : now,
        Priority = priority,
        EvaluatedUntil = now,
        CreatedAt = now,
    };

    public void Pause(PauseTerms terms, DateTimeOffset now)
    {
        PausedAt ??= now;
        IsEnabled = false;
        (PausedUntil, PauseReason) = (terms.Until, terms.Why);
    }

    /// <summary>What was due during the pause was not wanted, so it is neither run nor missed.</summary>
    public void Resume(DateTimeOffset now)
    {
        IsEnabled = true;
        (PausedAt, PausedUntil, PauseReason) = (null, null, null);
        (EvaluatedUntil, ResumedAt) = (now, now);
    }

    public void SetPriority(int priority) => Priority = priority;

    /// <summary>Everything up to here is decided.</summary>
    public void Evaluated(DateTimeOffset until) => EvaluatedUntil = until;

    /// <summary>Its schedule is another one from now on: an edit never fires a run for a time that is past.</summary>
    public void Reschedule(DateTimeOffset now) => (EvaluatedUntil, RescheduledAt) = (now, now);

    private sealed class Mapping : IEntityTypeConfiguration<PolicyAttachment>
    {
        public void Configure(EntityTypeBuilder<PolicyAttachment> builder)
        {
            builder.ToTable("policy_attachments");
            builder.Property(a => a.Id).ValueGeneratedNever();
            builder.Property(a => a.PauseReason).HasMaxLength(PauseTerms.LongestWhy);
            builder.HasOne<BackupPolicy>().WithMany().HasForeignKey(a => a.PolicyId).OnDelete(DeleteBehavior.Restrict);
            builder.HasOne<DataSource>().WithMany().HasForeignKey(a => a.DataSourceId).OnDelete(DeleteBehavior.Restrict);
            builder.HasIndex(a => new { a.PolicyId, a.DataSourceId }).IsUnique();
            builder.HasIndex(a => a.DataSourceId);
        }
    }
}
