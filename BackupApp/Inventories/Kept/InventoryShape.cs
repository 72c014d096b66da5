using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BackupApp.Inventories.Kept;

/// <summary>
/// All of an inventory that is mostly the same from run to run: names, owners, kinds, counts. Kept once for each source and content;
/// a run's own figures are in <see cref="KeptInventory"/>.
/// </summary>
public sealed class InventoryShape
{
    public Guid Id { get; private set; } = Guid.CreateVersion7();

    public Guid DataSourceId { get; private set; }

    /// <summary>SHA-256 of what <see cref="Body"/> holds.</summary>
    public byte[] Hash { get; private set; } = [];

    /// <summary>See <see cref="InventoryCodec"/>.</summary>
    public byte[] Body { get; private set; } = [];

    public static InventoryShape Create(Guid dataSourceId, byte[] hash, byte[] body) =>
        new() { DataSourceId = dataSourceId, Hash = hash, Body = body };

    private sealed class Mapping : IEntityTypeConfiguration<InventoryShape>
    {
        public void Configure(EntityTypeBuilder<InventoryShape> builder)
        {
            builder.ToTable("inventory_shapes");
            builder.Property(s => s.Id).ValueGeneratedNever();
            builder.HasIndex(s => new { s.DataSourceId, s.Hash }).IsUnique();
        }
    }
}
