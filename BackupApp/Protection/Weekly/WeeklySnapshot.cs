using BackupApp.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BackupApp.Protection.Weekly;

/// <summary>How all sources were when a week's report was made: what the next one compares with.</summary>
public sealed class WeeklySnapshot
{
    /// <summary>The Monday.</summary>
    public DateOnly Week { get; private set; }

    public DateTimeOffset At { get; private set; }

    public IReadOnlyList<SnapshotSource> Sources { get; private set; } = [];

    public static WeeklySnapshot Of(DateOnly week, ReportFacts facts) => new()
    {
        Week = week,
        At = facts.At,
        Sources = [.. facts.Sources.Select(s => new SnapshotSource(s.Id, s.Name, s.Environment, s.State, s.Bytes))],
    };

    private sealed class Mapping : IEntityTypeConfiguration<WeeklySnapshot>
    {
        public void Configure(EntityTypeBuilder<WeeklySnapshot> builder)
        {
            builder.ToTable("weekly_snapshots");
            builder.HasKey(s => s.Week);
            builder.Property(s => s.Sources).AsJson();
        }
    }
}

/// <param name="State">As in <see cref="ReportSource"/>.</param>
public sealed record SnapshotSource(Guid Id, string Name, string Environment, string State, long? Bytes);
