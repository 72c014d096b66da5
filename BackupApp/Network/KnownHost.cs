using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BackupApp.Network;

/// <summary>A host name under which this server was set up, or that somebody on its console has allowed.</summary>
public sealed class KnownHost
{
    /// <summary>Of any DNS name.</summary>
    public const int LongestName = 255;

    /// <summary>Lower case, without a port.</summary>
    public string Name { get; private set; } = "";

    public DateTimeOffset LearntAt { get; private set; }

    public static string Normalize(string host) => host.TrimEnd('.').ToLowerInvariant();

    private sealed class Mapping : IEntityTypeConfiguration<KnownHost>
    {
        public void Configure(EntityTypeBuilder<KnownHost> builder)
        {
            builder.ToTable("known_hosts");
            builder.HasKey(h => h.Name);
            builder.Property(h => h.Name).HasMaxLength(LongestName);
        }
    }
}
