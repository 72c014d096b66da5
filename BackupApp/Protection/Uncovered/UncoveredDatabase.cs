using BackupApp.Engines;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BackupApp.Protection.Uncovered;

/// <summary>A database on a known server that no data source backs up, as the last look found it.</summary>
public sealed class UncoveredDatabase
{
    public const int LongestWhy = 200;

    public Guid Id { get; private set; } = Guid.CreateVersion7();

    public Engine Engine { get; private set; }

    /// <summary>What tells its server from others: see <see cref="KnownServer.Key"/>.</summary>
    public string Server { get; private set; } = "";

    /// <summary>All that are known to lead there, as servers are compared.</summary>
    public string[] Addresses { get; private set; } = [];

    /// <summary>As the source has it by whose login it was found.</summary>
    public string Host { get; private set; } = "";

    public int Port { get; private set; }

    /// <summary>As the server writes it.</summary>
    public string Database { get; private set; } = "";

    /// <summary>By whose login it was found.</summary>
    public Guid DataSourceId { get; private set; }

    public DateTimeOffset FoundAt { get; private set; }

    /// <summary>The last look that found it.</summary>
    public DateTimeOffset SeenAt { get; private set; }

    /// <summary>When somebody said that it needs no backup; null while nobody has.</summary>
    public DateTimeOffset? IgnoredAt { get; private set; }

    public string? IgnoredBy { get; private set; }

    public string? IgnoredWhy { get; private set; }

    public static UncoveredDatabase Find(string database, DateTimeOffset now) => new() { Database = database, FoundAt = now };

    public void See(KnownServer server, DateTimeOffset now)
    {
        var by = server.AskedBy!;
        Addresses = [.. server.Addresses.Order(StringComparer.Ordinal)];
        (Server, Engine, Host, Port, DataSourceId, SeenAt) = (server.Key, by.Engine, by.Host, by.Port, by.Id, now);
    }

    public void Ignore(string by, string why, DateTimeOffset now) => (IgnoredAt, IgnoredBy, IgnoredWhy) = (now, by, why);

    public void TakeBack() => (IgnoredAt, IgnoredBy, IgnoredWhy) = (null, null, null);

    private sealed class Mapping : IEntityTypeConfiguration<UncoveredDatabase>
    {
        public void Configure(EntityTypeBuilder<UncoveredDatabase> builder)
        {
            builder.ToTable("uncovered_databases");
            builder.Property(u => u.Id).ValueGeneratedNever();
            builder.Property(u => u.IgnoredWhy).HasMaxLength(LongestWhy);
            builder.HasIndex(u => new { u.Server, u.Database }).IsUnique();
        }
    }
}

/// <summary>The last look at all servers. One row, which is also what keeps two processes from looking at once.</summary>
public sealed class UncoveredLook
{
    public const int Only = 1;

    /// <summary>A look that takes longer died.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    public int Id { get; private set; } = Only;

    public DateTimeOffset StartedAt { get; private set; }

    public DateTimeOffset? FinishedAt { get; private set; }

    public int Servers { get; private set; }

    /// <summary>Of one that did not answer nothing is known.</summary>
    public int Answered { get; private set; }

    private sealed class Mapping : IEntityTypeConfiguration<UncoveredLook>
    {
        public void Configure(EntityTypeBuilder<UncoveredLook> builder)
        {
            builder.ToTable("uncovered_looks");
            builder.Property(l => l.Id).ValueGeneratedNever();
        }
    }
}
