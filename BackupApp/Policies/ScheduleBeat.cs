using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BackupApp.Policies;

/// <summary>
/// That the schedules were gone through to the end, whatever process did it. When Hangfire last enqueued that says nothing about it.
/// </summary>
public sealed class ScheduleBeat
{
    public const int Only = 1;

    public int Id { get; private set; } = Only;

    /// <summary>By the database's clock.</summary>
    public DateTimeOffset At { get; private set; }

    private sealed class Mapping : IEntityTypeConfiguration<ScheduleBeat>
    {
        public void Configure(EntityTypeBuilder<ScheduleBeat> builder)
        {
            builder.ToTable("schedule_beats");
            builder.Property(b => b.Id).ValueGeneratedNever();
        }
    }
}
