using BackupApp.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BackupApp.Alerts;

/// <summary>The outbox: an alert for one channel, written in the transaction that makes it true.</summary>
public sealed class AlertNotice
{
    public Guid Id { get; private set; } = Guid.CreateVersion7();

    public Guid ChannelId { get; private set; }

    public AlertEvent Event { get; private set; } = null!;

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset DueAt { get; private set; }

    /// <summary>The message that it is in; null while it waits for others.</summary>
    public Guid? DeliveryId { get; private set; }

    /// <param name="notBefore">Until then others of its cause may join it; null for nothing to wait for.</param>
    public static AlertNotice Create(AlertChannel channel, AlertEvent alert, DateTimeOffset now, DateTimeOffset? notBefore = null) => new()
    {
        ChannelId = channel.Id,
        Event = alert,
        CreatedAt = now,
        DueAt = Later(AlertTiming.DueAt(channel.Rules, alert, now), notBefore),
    };

    /// <summary>That something of one cause and kind began: what is told together with others of the same.</summary>
    public bool IsBeginLike(AlertEvent alert) =>
        (Event.What, alert.What, Event.Cause, Event.Kind) == (AlertWhat.Begin, AlertWhat.Begin, alert.Cause, alert.Kind);

    public void PutInto(AlertDelivery delivery) => DeliveryId = delivery.Id;

    private static DateTimeOffset Later(DateTimeOffset due, DateTimeOffset? notBefore) => notBefore > due ? notBefore.Value : due;

    private sealed class Mapping : IEntityTypeConfiguration<AlertNotice>
    {
        public void Configure(EntityTypeBuilder<AlertNotice> builder)
        {
            builder.ToTable("alert_notices");
            builder.Property(n => n.Id).ValueGeneratedNever();
            builder.Property(n => n.Event).AsJson();
            builder.HasOne<AlertChannel>().WithMany().HasForeignKey(n => n.ChannelId).OnDelete(DeleteBehavior.Cascade);
            builder.HasIndex(n => n.DueAt).HasFilter("delivery_id is null");
            builder.HasIndex(n => n.CreatedAt);
        }
    }
}

/// <summary>How a message goes; these words, in snake_case.</summary>
public enum DeliveryStatus
{
    Pending,
    Sent,
    Failed,
}

/// <summary>One message to one channel, with what became of it.</summary>
public sealed class AlertDelivery
{
    public Guid Id { get; private set; } = Guid.CreateVersion7();

    public Guid ChannelId { get; private set; }

    public AlertMessage Message { get; private set; } = null!;

    public DeliveryStatus Status { get; private set; }

    public int Attempts { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>Null once it is over.</summary>
    public DateTimeOffset? NextAttemptAt { get; private set; }

    public DateTimeOffset? SentAt { get; private set; }

    /// <summary>What the other side said, shortened; or why it was not reached.</summary>
    public string? Answer { get; private set; }

    /// <summary>The Monday of the weekly report that it is; null of alerts.</summary>
    public DateOnly? ReportWeek { get; private set; }

    public static AlertDelivery Create(
        Guid channelId, Func<Guid, AlertMessage> message, DateTimeOffset now, DateOnly? reportWeek = null)
    {
        var delivery = new AlertDelivery { ChannelId = channelId, CreatedAt = now, NextAttemptAt = now, ReportWeek = reportWeek };
        delivery.Message = message(delivery.Id);
        return delivery;
    }

    /// <summary>It is over without an attempt.</summary>
    public void GiveUp(string why) => (Status, NextAttemptAt, Answer) = (DeliveryStatus.Failed, null, why);

    private sealed class Mapping : IEntityTypeConfiguration<AlertDelivery>
    {
        public void Configure(EntityTypeBuilder<AlertDelivery> builder)
        {
            builder.ToTable("alert_deliveries");
            builder.Property(d => d.Id).ValueGeneratedNever();
            builder.Property(d => d.Message).AsJson();
            builder.HasOne<AlertChannel>().WithMany().HasForeignKey(d => d.ChannelId).OnDelete(DeleteBehavior.Cascade);
            builder.HasIndex(d => d.NextAttemptAt).HasFilter("next_attempt_at is not null");
            // However many processes there are, a week has one report.
            builder.HasIndex(d => new { d.ChannelId, d.ReportWeek }).IsUnique().HasFilter("report_week is not null");
            builder.HasIndex(d => new { d.CreatedAt, d.Id }).IsDescending();
            builder.HasIndex(d => new { d.ChannelId, d.CreatedAt, d.Id }).IsDescending(false, true, true);
        }
    }
}
