using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Pings;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BackupApp.Policies;

/// <summary>What a policy says, once it is known to be valid. See the properties of <see cref="BackupPolicy"/>.</summary>
public sealed record PolicyTerms(
    string Cron,
    string TimeZone,
    int KeepDays,
    int KeepLast,
    Guid DestinationId,
    int? CompressionLevel,
    TimeSpan? MaxDuration,
    bool RunOnceAfterDowntime,
    int? CompressionThreads = null,
    int? RateLimit = null,
    LabelSet? Labels = null,
    DataSourceEnvironment? Environment = null);

/// <summary>
/// When, how long kept and where to: a template that data sources are attached to. Its current rule
/// decides retention, not that of the day of a backup.
/// </summary>
public sealed class BackupPolicy
{
    public const int MaxName = 100;

    public Guid Id { get; private set; } = Guid.CreateVersion7();

    public string Name { get; private set; } = "";

    /// <summary>The name without its capitals, which do not make another name.</summary>
    public string NameKey { get; private set; } = "";

    /// <summary>Five fields; see <see cref="Policies.Schedule"/>.</summary>
    public string Cron { get; private set; } = "";

    /// <summary>An IANA name.</summary>
    public string TimeZone { get; private set; } = TimeZones.Default;

    /// <summary>Retention by age; 0 = off.</summary>
    public int KeepDays { get; private set; }

    /// <summary>Retention by number; 0 = off.</summary>
    public int KeepLast { get; private set; }

    public Guid DestinationId { get; private set; }

    /// <summary>gzip's level, 0 (stored) to 9; null = the dump is stored as the tool wrote it.</summary>
    public int? CompressionLevel { get; private set; }

    /// <summary>Threads that compress; null = as many as the worker uses by default.</summary>
    public int? CompressionThreads { get; private set; }

    /// <summary>MB (10^6 bytes) a second that are read from the tool at most, before compression; null = no limit.</summary>
    public int? RateLimit { get; private set; }

    /// <summary>A run that takes longer is ended; null = no limit.</summary>
    public TimeSpan? MaxDuration { get; private set; }

    /// <summary>A run that came due while nothing was up is made up for, once, even in working hours.</summary>
    public bool RunOnceAfterDowntime { get; private set; }

    /// <summary>They count for whatever it is attached to.</summary>
    public LabelSet Labels { get; private set; } = LabelSet.None;

    /// <summary>What it is meant for; null for anything. Rules of alerts find by it whatever it is attached to.</summary>
    public DataSourceEnvironment? Environment { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset UpdatedAt { get; private set; }

    /// <summary>PostgreSQL's xmin: guards edits of the same row by two people.</summary>
    public uint Version { get; private set; }

    public static BackupPolicy Create(string name, PolicyTerms terms, DateTimeOffset now)
    {
        var policy = new BackupPolicy { CreatedAt = now };
        policy.Update(name, terms, now);
        return policy;
    }

    /// <returns>Whether it now runs at other times.</returns>
    public bool Update(string name, PolicyTerms terms, DateTimeOffset now)
    {
        var rescheduled = (Cron, TimeZone) != (terms.Cron, terms.TimeZone);
        (Name, NameKey) = (name, KeyOf(name));
        (Cron, TimeZone) = (terms.Cron, terms.TimeZone);
        (KeepDays, KeepLast) = (terms.KeepDays, terms.KeepLast);
        DestinationId = terms.DestinationId;
        CompressionLevel = terms.CompressionLevel;
        CompressionThreads = terms.CompressionThreads;
        RateLimit = terms.RateLimit;
        MaxDuration = terms.MaxDuration;
        RunOnceAfterDowntime = terms.RunOnceAfterDowntime;
        (Labels, Environment) = (terms.Labels ?? LabelSet.None, terms.Environment);
        UpdatedAt = now;
        return rescheduled;
    }

    public RunTerms TermsFor(PolicyAttachment attachment) =>
        new(attachment.Id, Id, Name, CompressionLevel, MaxDuration, CompressionThreads, RateLimit);

    internal static string KeyOf(string name) => name.Normalize().ToUpperInvariant();

    private sealed class Mapping : IEntityTypeConfiguration<BackupPolicy>
    {
        public void Configure(EntityTypeBuilder<BackupPolicy> builder)
        {
            builder.ToTable("backup_policies");
            builder.Property(p => p.Id).ValueGeneratedNever();
            builder.Property(p => p.Name).HasMaxLength(MaxName);
            builder.Property(p => p.Version).IsRowVersion();
            LabelSet.Map(builder.Property(p => p.Labels));
            builder.HasIndex(p => p.NameKey).IsUnique();
            builder.HasOne<StorageDestination>().WithMany().HasForeignKey(p => p.DestinationId).OnDelete(DeleteBehavior.Restrict);
            builder.HasMany<PingTarget>().WithOne().HasForeignKey(t => t.PolicyId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}
