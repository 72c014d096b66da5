using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BackupApp.Pings;

/// <summary>What a monitor is told.</summary>
public enum PingState
{
    Start,
    Success,
    Fail,
}

/// <summary>One thing told to a monitor, and what became of it. Each state of a round is told once.</summary>
public sealed class Ping
{
    /// <summary>Of the text, and of what came back.</summary>
    public const int LongestText = 500;

    public Guid Id { get; private set; } = Guid.CreateVersion7();

    public Guid TargetId { get; private set; }

    /// <summary>The moment that the round was scheduled for; of the installation that of the look.</summary>
    public DateTimeOffset Round { get; private set; }

    public PingState State { get; private set; }

    /// <summary>How many of how many, how long it took, and the first line of what went wrong.</summary>
    public string Text { get; private set; } = "";

    public TimeSpan? Duration { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>Null once it is over.</summary>
    public DateTimeOffset? NextAttemptAt { get; private set; }

    public int Attempts { get; private set; }

    /// <summary>When the monitor took it; null where it did not.</summary>
    public DateTimeOffset? SentAt { get; private set; }

    /// <summary>What the other side said, shortened; or why it was not reached.</summary>
    public string? Answer { get; private set; }

    public static Ping Create(Guid targetId, PlannedPing planned, DateTimeOffset now) => new()
    {
        TargetId = targetId,
        Round = planned.Round,
        State = planned.State,
        Text = planned.Text.Length > LongestText ? planned.Text[..LongestText] : planned.Text,
        Duration = planned.Duration,
        CreatedAt = now,
        NextAttemptAt = now,
    };

    private sealed class Mapping : IEntityTypeConfiguration<Ping>
    {
        public void Configure(EntityTypeBuilder<Ping> builder)
        {
            builder.ToTable("pings");
            builder.Property(p => p.Id).ValueGeneratedNever();
            builder.HasOne<PingTarget>().WithMany().HasForeignKey(p => p.TargetId).OnDelete(DeleteBehavior.Cascade);
            // Two processes, or a look that is repeated, never make a second one.
            builder.HasIndex(p => new { p.TargetId, p.Round, p.State }).IsUnique();
            builder.HasIndex(p => new { p.TargetId, p.CreatedAt, p.Id }).IsDescending(false, true, true);
            builder.HasIndex(p => p.NextAttemptAt).HasFilter("next_attempt_at is not null");
        }
    }
}

/// <summary>A ping that is due.</summary>
/// <param name="Text">For people who look at the monitor.</param>
public sealed record PlannedPing(DateTimeOffset Round, PingState State, string Text = "", TimeSpan? Duration = null);
