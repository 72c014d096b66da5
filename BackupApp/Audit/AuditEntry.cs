using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BackupApp.Audit;

/// <summary>Who acts.</summary>
public enum ActorType
{
    User,
    ApiToken,
    System,

    /// <summary>Somebody at the door, who is not signed in.</summary>
    Anonymous,
}

/// <summary>One line of the audit log. Append-only: a trigger in the database refuses every change.</summary>
public sealed class AuditEntry
{
    public Guid Id { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public ActorType ActorType { get; private set; }

    public Guid? ActorId { get; private set; }

    /// <summary>As it was then: an e-mail address or a token's name.</summary>
    public string? ActorName { get; private set; }

    /// <summary>One of <see cref="AuditActions"/>.</summary>
    public string Action { get; private set; } = "";

    public string TargetType { get; private set; } = "";

    public Guid? TargetId { get; private set; }

    public string? TargetName { get; private set; }

    /// <summary>A JSON object, without secrets.</summary>
    public string Metadata { get; private set; } = "{}";

    public IPAddress? Ip { get; private set; }

    public string? UserAgent { get; private set; }

    public static AuditEntry Create(Actor actor, string action, AuditTarget target, string metadata) => new()
    {
        Id = Guid.CreateVersion7(),
        ActorType = actor.Type,
        ActorId = actor.Id,
        ActorName = actor.Name,
        Action = action,
        TargetType = target.Type,
        TargetId = target.Id,
        TargetName = target.Name,
        Metadata = metadata,
        Ip = actor.Ip,
        UserAgent = actor.UserAgent is { Length: > 400 } long_ ? long_[..400] : actor.UserAgent,
    };

    private sealed class Mapping : IEntityTypeConfiguration<AuditEntry>
    {
        public void Configure(EntityTypeBuilder<AuditEntry> builder)
        {
            builder.ToTable("audit_log");
            builder.Property(e => e.CreatedAt).HasDefaultValueSql("now()").ValueGeneratedOnAdd();
            builder.Property(e => e.Metadata).HasColumnType("jsonb");
            builder.HasIndex(e => new { e.CreatedAt, e.Id }).IsDescending();
            builder.HasIndex(e => new { e.TargetId, e.CreatedAt });
            // "What was missed since yesterday", and the log filtered by what happened.
            builder.HasIndex(e => new { e.Action, e.CreatedAt, e.Id }).IsDescending(false, true, true);
            // What one actor did, and what the system did, which has no name.
            builder.HasIndex(e => new { e.ActorName, e.CreatedAt, e.Id }).IsDescending(false, true, true);
            builder.HasIndex(e => new { e.ActorId, e.CreatedAt, e.Id }).IsDescending(false, true, true);
        }
    }
}

/// <param name="Type">As published: <c>datasource</c>, <c>storage_destination</c>, <c>backup_job</c>, <c>user</c> …</param>
public readonly record struct AuditTarget(string Type, Guid? Id, string? Name);
