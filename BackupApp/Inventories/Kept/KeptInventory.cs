using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BackupApp.Inventories.Kept;

/// <summary>
/// What one artifact holds: its totals for ever, its tables while <see cref="Figures"/> is there. One row whatever the number of tables,
/// so that nothing grows with it but the row itself, which lists do not read.
/// </summary>
public sealed class KeptInventory
{
    public Guid ArtifactId { get; private set; }

    public Guid JobId { get; private set; }

    public Guid DataSourceId { get; private set; }

    /// <summary>
    /// The artifact's kind and database, for example <c>database/shop</c>: what is compared from run to run, but see
    /// <see cref="KeptInventories.OfPart(IQueryable{KeptInventory}, KeptInventory)"/>.
    /// </summary>
    public string Part { get; private set; } = "";

    /// <summary>The database of <see cref="Part"/>.</summary>
    public string Database => Part[(Part.IndexOf('/', StringComparison.Ordinal) + 1)..];

    /// <summary>When the run began.</summary>
    public DateTimeOffset TakenAt { get; private set; }

    /// <summary>Why there is nothing else here, as a sentence; null when it was read.</summary>
    public string? NotRead { get; private set; }

    public Guid? ShapeId { get; private set; }

    /// <summary>Rows and bytes of the shape's tables, in their order; null once they are not kept any more.</summary>
    public byte[]? Figures { get; private set; }

    /// <summary>All tables, those that <see cref="OtherTables"/> counts too.</summary>
    public int Tables { get; private set; }

    public long Rows { get; private set; }

    public long Bytes { get; private set; }

    public long LargeObjects { get; private set; }

    /// <summary>Null where they are compressed by the tool.</summary>
    public long? LargeObjectBytes { get; private set; }

    /// <summary>Of so many tables only the largest are kept one by one; these are the others.</summary>
    public int OtherTables { get; private set; }

    public long OtherRows { get; private set; }

    public long OtherBytes { get; private set; }

    /// <summary>SHA-256 of the full inventory, as <see cref="InventoryFile"/> writes it, before its compression.</summary>
    public byte[]? Hash { get; private set; }

    /// <summary>What changed since the run before, in a sentence without its full stop; null where there was none.</summary>
    public string? Changed { get; private set; }

    public static KeptInventory Unread(InventoryPlace place, string reason) => Of(place, i => i.NotRead = reason);

    /// <param name="kept">Of which the figures are; see <see cref="KeptTables"/>.</param>
    /// <param name="hash">Of the full inventory.</param>
    public static KeptInventory Read(InventoryPlace place, Inventory full, KeptTables kept, byte[] hash) => Of(place, i =>
    {
        i.Figures = InventoryCodec.Figures(kept.Inventory.Tables);
        (i.Tables, i.Rows, i.Bytes) = (full.Tables.Count, full.TotalRows, full.TotalBytes);
        (i.LargeObjects, i.LargeObjectBytes) = (full.LargeObjects.Count, full.LargeObjects.Bytes);
        (i.OtherTables, i.OtherRows, i.OtherBytes) = (kept.OtherTables, kept.OtherRows, kept.OtherBytes);
        i.Hash = hash;
    });

    public void Tell(string changed) => Changed = changed;

    public KeptInventory Shaped(Guid shapeId)
    {
        ShapeId = shapeId;
        return this;
    }

    private static KeptInventory Of(InventoryPlace place, Action<KeptInventory> fill)
    {
        var inventory = new KeptInventory
        {
            ArtifactId = place.ArtifactId,
            JobId = place.JobId,
            DataSourceId = place.DataSourceId,
            Part = place.Part,
            TakenAt = place.TakenAt,
        };
        fill(inventory);
        return inventory;
    }

    private sealed class Mapping : IEntityTypeConfiguration<KeptInventory>
    {
        public void Configure(EntityTypeBuilder<KeptInventory> builder)
        {
            builder.ToTable("artifact_inventories");
            builder.HasKey(i => i.ArtifactId);
            builder.Property(i => i.ArtifactId).ValueGeneratedNever();
            builder.Ignore(i => i.Database);
            builder.HasOne<InventoryShape>().WithMany().HasForeignKey(i => i.ShapeId).OnDelete(DeleteBehavior.Restrict);
            builder.HasIndex(i => i.ShapeId).HasFilter("shape_id is not null");
            builder.HasIndex(i => i.JobId);
            // What the run before was, and how one table came to be what it is.
            builder.HasIndex(i => new { i.DataSourceId, i.Part, i.TakenAt }).IsDescending(false, false, true);
            // Which runs of a source are its newest.
            builder.HasIndex(i => new { i.DataSourceId, i.TakenAt }).IsDescending(false, true);
        }
    }
}

/// <summary>Of what an inventory is.</summary>
/// <param name="Part">See <see cref="KeptInventory.Part"/>.</param>
public sealed record InventoryPlace(Guid ArtifactId, Guid JobId, Guid DataSourceId, string Part, DateTimeOffset TakenAt);
