using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BackupApp.Protection;

/// <summary>That the watch is alive, whatever process acts for all.</summary>
public sealed class WatchBeat
{
    /// <summary>After this without a round BackupApp was down, or its database was.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromMinutes(5);

    /// <summary>What is made up for after a downtime is made up for by then.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(15);

    /// <summary>Servers' clocks differ by less. A beat that is further ahead was made by a wrong one, and says nothing.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    public const int Only = 1;

    public int Id { get; private set; } = Only;

    public DateTimeOffset At { get; private set; }

    /// <summary>Until then no incident begins.</summary>
    public DateTimeOffset GraceUntil { get; private set; }

    public static WatchBeat First(DateTimeOffset now) => new() { At = now, GraceUntil = now + Grace };

    /// <summary>Whether somebody looks.</summary>
    public bool IsFresh(DateTimeOffset now) => now - At < Silence && At <= now + Skew;

    /// <summary>
    /// A process that starts again and again within minutes gets no grace each time. A clock that was ahead for a moment gets one from
    /// now, and not until the time that it showed.
    /// </summary>
    public void Beat(DateTimeOffset now)
    {
        if (now - At > Silence || GraceUntil > now + Grace)
            GraceUntil = now + Grace;
        At = now;
    }

    private sealed class Mapping : IEntityTypeConfiguration<WatchBeat>
    {
        public void Configure(EntityTypeBuilder<WatchBeat> builder)
        {
            builder.ToTable("watch_beats");
            builder.Property(b => b.Id).ValueGeneratedNever();
        }
    }
}
