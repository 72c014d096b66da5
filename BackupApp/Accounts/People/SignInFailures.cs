using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BackupApp.Accounts.People;

/// <summary>Wrong passwords and codes for one account from one place, since the last right ones.</summary>
public sealed class SignInFailures
{
    /// <summary>The place that stands for all networks together, known devices not counted.</summary>
    public const string Everywhere = "everywhere";

    public Guid UserId { get; private set; }

    /// <summary><see cref="Everywhere"/>, <c>network/…</c> or <c>device/…</c>.</summary>
    public string Place { get; private set; } = "";

    public int Count { get; private set; }

    public DateTimeOffset LastAt { get; private set; }

    private sealed class Mapping : IEntityTypeConfiguration<SignInFailures>
    {
        public void Configure(EntityTypeBuilder<SignInFailures> builder)
        {
            builder.ToTable("sign_in_failures");
            builder.HasKey(f => new { f.UserId, f.Place });
            builder.Property(f => f.Place).HasMaxLength(100);
            builder.HasOne<AppUser>().WithMany().HasForeignKey(f => f.UserId);
        }
    }
}
