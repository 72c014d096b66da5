using BackupApp.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BackupApp.FirstRun;

/// <summary>What somebody has said of an item that no other row can show: that it is not needed, or that a copy was made.</summary>
public sealed class ChecklistMark
{
    public const int LongestWhy = 200;

    public ChecklistItem Item { get; private set; }

    /// <summary>Why it is not needed; null where it was shown to be done.</summary>
    public string? NotNeededBecause { get; private set; }

    public DateTimeOffset MarkedAt { get; private set; }

    /// <summary>As the audit log has it.</summary>
    public string? MarkedBy { get; private set; }

    /// <param name="notNeededBecause">Null for what was shown to be done.</param>
    public static ChecklistMark Create(ChecklistItem item, string? notNeededBecause, string? by, DateTimeOffset now)
    {
        var mark = new ChecklistMark { Item = item };
        mark.Say(notNeededBecause, by, now);
        return mark;
    }

    public void Say(string? notNeededBecause, string? by, DateTimeOffset now) =>
        (NotNeededBecause, MarkedBy, MarkedAt) = (notNeededBecause, by, now);

    /// <summary>Says it of the item, in the caller's unit of work, whether somebody had said something before or not.</summary>
    internal static async Task SetAsync(
        AppDbContext db, ChecklistItem item, string? notNeededBecause, string? by, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await FindAsync(db, item, cancellationToken) is { } mark)
            mark.Say(notNeededBecause, by, now);
        else
            db.Add(Create(item, notNeededBecause, by, now));
    }

    internal static Task<ChecklistMark?> FindAsync(AppDbContext db, ChecklistItem item, CancellationToken cancellationToken) =>
        db.Set<ChecklistMark>().SingleOrDefaultAsync(m => m.Item == item, cancellationToken);

    private sealed class Mapping : IEntityTypeConfiguration<ChecklistMark>
    {
        public void Configure(EntityTypeBuilder<ChecklistMark> builder)
        {
            builder.ToTable("checklist_marks");
            builder.HasKey(m => m.Item);
            builder.Property(m => m.Item).ValueGeneratedNever();
            builder.Property(m => m.NotNeededBecause).HasMaxLength(LongestWhy);
        }
    }
}
