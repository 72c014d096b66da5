using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BackupApp.Audit;

/// <summary>
/// Somebody who has written a line of the audit log, under one name: the log's own list of people and tokens, so that
/// nobody has to read the log for it. A trigger in the database keeps it with the entry; the system is not in it.
/// </summary>
public sealed class AuditedActor
{
    public ActorType Type { get; private set; }

    /// <summary>Empty where the actor is no row of ours: strangers, the bootstrap token.</summary>
    public Guid ActorId { get; private set; }

    public string Name { get; private set; } = "";

    /// <summary>To the hour.</summary>
    public DateTimeOffset LastAt { get; private set; }

    private sealed class Mapping : IEntityTypeConfiguration<AuditedActor>
    {
        public void Configure(EntityTypeBuilder<AuditedActor> builder)
        {
            builder.ToTable("audit_actors");
            builder.HasKey(a => new { a.Type, a.ActorId, a.Name });
        }
    }
}
