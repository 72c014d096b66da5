using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BackupApp.Secrets;

/// <summary>One data key of the key ring, itself encrypted with the master key. The newest encrypts; all decrypt.</summary>
public sealed class EncryptionKey
{
    public int Id { get; private set; }

    public byte[] Wrapped { get; private set; } = [];

    public DateTimeOffset CreatedAt { get; private set; }

    public static EncryptionKey Create(int id, byte[] wrapped, DateTimeOffset now) => new() { Id = id, Wrapped = wrapped, CreatedAt = now };

    private sealed class Mapping : IEntityTypeConfiguration<EncryptionKey>
    {
        public void Configure(EntityTypeBuilder<EncryptionKey> builder)
        {
            builder.ToTable("encryption_keys");
            builder.Property(k => k.Id).ValueGeneratedNever();
        }
    }
}
