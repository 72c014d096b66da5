using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BackupApp.Accounts.People;

/// <summary>
/// A one-time link with which somebody sets the password of a new account or, with <see cref="UserId"/>,
/// a new one for an account that exists. Only the hash of its token is kept. It is gone when used.
/// </summary>
public sealed class Invitation
{
    // 256 random bits need no slow hash.
    private const int TokenLength = 32;

    public Guid Id { get; private set; }

    public byte[] TokenHash { get; private set; } = [];

    public string Email { get; private set; } = "";

    /// <summary>One invitation for an address; a second one replaces it.</summary>
    public string NormalizedEmail { get; private set; } = "";

    public Role Role { get; private set; }

    /// <summary>Whose password the link sets anew; null: it makes a user.</summary>
    public Guid? UserId { get; private set; }

    /// <summary>Null: not a person, such as the bootstrap token. An invitation ends with its inviter's rights.</summary>
    public Guid? InvitedById { get; private set; }

    public string? InvitedBy { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset ExpiresAt { get; private set; }

    public static (Invitation Invitation, string Token) Create(
        string email,
        string normalizedEmail,
        Role role,
        Guid? userId,
        (Guid? Id, string? Name) inviter,
        TimeSpan lifetime,
        DateTimeOffset now)
    {
        var token = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(TokenLength));
        var invitation = new Invitation
        {
            Id = Guid.CreateVersion7(),
            TokenHash = Hash(token),
            Email = email,
            NormalizedEmail = normalizedEmail,
            Role = role,
            UserId = userId,
            InvitedById = inviter.Id,
            InvitedBy = inviter.Name,
            CreatedAt = now,
            ExpiresAt = now + lifetime,
        };
        return (invitation, token);
    }

    public static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private sealed class Mapping : IEntityTypeConfiguration<Invitation>
    {
        public void Configure(EntityTypeBuilder<Invitation> builder)
        {
            builder.ToTable("invitations");
            builder.Property(i => i.Id).ValueGeneratedNever();
            builder.Property(i => i.Email).HasMaxLength(256);
            builder.Property(i => i.NormalizedEmail).HasMaxLength(256);
            builder.HasIndex(i => i.TokenHash).IsUnique();
            builder.HasIndex(i => i.NormalizedEmail).IsUnique();
            builder.HasOne<AppUser>().WithMany().HasForeignKey(i => i.UserId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}
