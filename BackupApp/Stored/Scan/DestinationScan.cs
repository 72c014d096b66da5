using BackupApp.Backups;
using BackupApp.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BackupApp.Stored.Scan;

/// <summary>What the last look at a destination found there that belongs to no job. See <see cref="DestinationScanner"/>.</summary>
public sealed class DestinationScan
{
    /// <summary>How long a list goes on is the store's choice, so that a look ends by itself.</summary>
    public static readonly TimeSpan LongestLook = TimeSpan.FromMinutes(100);

    // One that has not ended by then died with its process.
    private static readonly TimeSpan Longest = TimeSpan.FromHours(2);

    public Guid DestinationId { get; private set; }

    public DateTimeOffset StartedAt { get; private set; }

    /// <summary>Null while it goes on.</summary>
    public DateTimeOffset? FinishedAt { get; private set; }

    /// <summary>All objects that it saw, ours and others.</summary>
    public long Objects { get; private set; }

    public long Unknown { get; private set; }

    /// <summary>Of the unknown objects; what open uploads hold is not told by the stores.</summary>
    public long UnknownBytes { get; private set; }

    public long UnknownUploads { get; private set; }

    /// <summary>The first of them by name.</summary>
    public IReadOnlyList<ForeignObject> Examples { get; private set; } = [];

    /// <summary>Why the look ended early, as a sentence.</summary>
    public string? Error { get; private set; }

    public bool IsRunning(DateTimeOffset now) => FinishedAt is null && now - StartedAt < Longest;

    private sealed class Mapping : IEntityTypeConfiguration<DestinationScan>
    {
        public void Configure(EntityTypeBuilder<DestinationScan> builder)
        {
            builder.ToTable("destination_looks");
            builder.HasKey(l => l.DestinationId);
            builder.HasOne<Destinations.StorageDestination>().WithOne().HasForeignKey<DestinationScan>(l => l.DestinationId);
            builder.Property(l => l.Examples).AsJson();
        }
    }
}

/// <param name="Key">Below the destination's prefix.</param>
/// <param name="Size">Bytes; null for an open upload.</param>
/// <param name="Since">When it was stored, or the upload begun.</param>
public sealed record ForeignObject(string Key, long? Size, DateTimeOffset? Since);
