using BackupApp.DataSources;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BackupApp.Protection;

/// <summary>What is kept of a source's promise besides its schedules. A source without a row has neither.</summary>
public sealed class SourcePromise
{
    /// <summary>Whoever promises less often than every minute is not served by a watch of some seconds.</summary>
    public static readonly TimeSpan ShortestAge = TimeSpan.FromMinutes(5);

    public static readonly TimeSpan LongestAge = TimeSpan.FromDays(366);

    public Guid DataSourceId { get; private set; }

    /// <summary>See <see cref="SourceFacts.MaxAge"/>.</summary>
    public TimeSpan? MaxAge { get; private set; }

    /// <summary>See <see cref="SourceFacts.KeptAge"/>. The watch writes it as long as there is a schedule.</summary>
    public TimeSpan? KeptAge { get; private set; }

    private sealed class Mapping : IEntityTypeConfiguration<SourcePromise>
    {
        public void Configure(EntityTypeBuilder<SourcePromise> builder)
        {
            builder.ToTable("source_promises");
            builder.HasKey(p => p.DataSourceId);
            builder.Property(p => p.DataSourceId).ValueGeneratedNever();
            builder.HasOne<DataSource>().WithOne().HasForeignKey<SourcePromise>(p => p.DataSourceId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}
