using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BackupApp.Accounts.People;

/// <summary>The newest 30-second step whose code a user has used with the present authenticator key.</summary>
public sealed class AuthenticatorStep
{
    public Guid UserId { get; private set; }

    public long LastStep { get; private set; }

    private sealed class Mapping : IEntityTypeConfiguration<AuthenticatorStep>
    {
        public void Configure(EntityTypeBuilder<AuthenticatorStep> builder)
        {
            builder.ToTable("authenticator_steps");
            builder.HasKey(s => s.UserId);
            builder.Property(s => s.UserId).ValueGeneratedNever();
            builder.HasOne<AppUser>().WithOne().HasForeignKey<AuthenticatorStep>(s => s.UserId);
        }
    }
}
