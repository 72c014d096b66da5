using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BackupApp.Accounts.People;

/// <summary>What a person may do. Each role includes the ones before it.</summary>
public enum UserRole
{
    /// <summary>Reads everything but the contents of backups.</summary>
    Viewer,

    /// <summary>Also sources, policies, destinations, run, cancel, download, delete.</summary>
    Operator,

    /// <summary>Also users and the Hangfire dashboard.</summary>
    Administrator,
}

/// <summary>A person who signs in. Everyone has exactly one role.</summary>
public sealed class AppUser : IdentityUser<Guid>
{
    public UserRole Role { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? DisabledAt { get; set; }

    private sealed class Mapping : IEntityTypeConfiguration<AppUser>
    {
        public void Configure(EntityTypeBuilder<AppUser> builder)
        {
            builder.ToTable("users");
            builder.Property(u => u.Id).ValueGeneratedNever();
            builder.Property(u => u.ConcurrencyStamp).IsConcurrencyToken();
            builder.Property(u => u.UserName).HasMaxLength(256);
            builder.Property(u => u.NormalizedUserName).HasMaxLength(256);
            builder.Property(u => u.Email).HasMaxLength(256);
            builder.Property(u => u.NormalizedEmail).HasMaxLength(256);
            builder.HasIndex(u => u.NormalizedUserName).IsUnique();
            builder.HasIndex(u => u.NormalizedEmail).IsUnique();
        }
    }

    private sealed class ClaimMapping : IEntityTypeConfiguration<IdentityUserClaim<Guid>>
    {
        public void Configure(EntityTypeBuilder<IdentityUserClaim<Guid>> builder)
        {
            builder.ToTable("user_claims");
            builder.HasOne<AppUser>().WithMany().HasForeignKey(c => c.UserId);
        }
    }

    private sealed class LoginMapping : IEntityTypeConfiguration<IdentityUserLogin<Guid>>
    {
        public void Configure(EntityTypeBuilder<IdentityUserLogin<Guid>> builder)
        {
            builder.ToTable("user_logins");
            builder.HasKey(l => new { l.LoginProvider, l.ProviderKey });
            builder.HasOne<AppUser>().WithMany().HasForeignKey(l => l.UserId);
        }
    }

    /// <summary>Authenticator keys and recovery codes; their values are encrypted by <c>AppUserStore</c>.</summary>
    private sealed class TokenMapping : IEntityTypeConfiguration<IdentityUserToken<Guid>>
    {
        public void Configure(EntityTypeBuilder<IdentityUserToken<Guid>> builder)
        {
            builder.ToTable("user_tokens");
            builder.HasKey(t => new { t.UserId, t.LoginProvider, t.Name });
            builder.HasOne<AppUser>().WithMany().HasForeignKey(t => t.UserId);
        }
    }
}
