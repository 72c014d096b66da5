using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BackupApp.Accounts.People;

/// <summary>
/// A browser in which a user has signed in with everything that was asked for. Only the hash of what its cookie holds is kept.
/// </summary>
public sealed class KnownDevice
{
    public Guid UserId { get; private set; }

    public byte[] CookieHash { get; private set; } = [];

    public DateTimeOffset LastSignInAt { get; private set; }

    private sealed class Mapping : IEntityTypeConfiguration<KnownDevice>
    {
        public void Configure(EntityTypeBuilder<KnownDevice> builder)
        {
            builder.ToTable("known_devices");
            builder.HasKey(d => new { d.UserId, d.CookieHash });
            builder.HasOne<AppUser>().WithMany().HasForeignKey(d => d.UserId);
        }
    }
}
