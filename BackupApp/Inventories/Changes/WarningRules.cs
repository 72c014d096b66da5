using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BackupApp.Inventories.Changes;

/// <summary>
/// From when on a change is worth a warning, for one data source. Without a row these defaults count. A warning never fails a job.
/// </summary>
public sealed class WarningRules
{
    public static readonly WarningRules Default = new();

    public Guid DataSourceId { get; set; }

    /// <summary>
    /// A table that had rows is gone or empty. Partitions that are gone do not count: dropping old ones is how they are meant to end.
    /// </summary>
    public bool LostTables { get; set; } = true;

    /// <summary>All rows fall by so many percent; 0 for no such rule.</summary>
    [Range(0, 100)]
    public int RowsFallPercent { get; set; } = 50;

    /// <summary>All bytes fall by so many percent; 0 for no such rule.</summary>
    [Range(0, 100)]
    public int BytesFallPercent { get; set; } = 50;

    /// <summary>One table's rows fall by so many percent; 0 for no such rule.</summary>
    [Range(0, 100)]
    public int TableRowsFallPercent { get; set; } = 90;

    /// <summary>Falls of fewer rows than this are no warning: tables of a few rows come and go.</summary>
    [Range(1, 1_000_000_000)]
    public int SmallestRows { get; set; } = 100;

    public bool Extensions { get; set; } = true;

    private sealed class Mapping : IEntityTypeConfiguration<WarningRules>
    {
        public void Configure(EntityTypeBuilder<WarningRules> builder)
        {
            builder.ToTable("warning_rules");
            builder.HasKey(r => r.DataSourceId);
            builder.Property(r => r.DataSourceId).ValueGeneratedNever();
        }
    }
}
