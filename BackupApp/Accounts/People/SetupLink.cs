using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BackupApp.Accounts.People;

/// <summary>A one-time link with which the first administrator is made. Only the hash of its token is kept.</summary>
public sealed class SetupLink
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    // 256 random bits need no slow hash.
    private const int TokenLength = 32;

    public byte[] TokenHash { get; private set; } = [];

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset ExpiresAt { get; private set; }

    public static (SetupLink Link, string Token) Create(DateTimeOffset now)
    {
        var token = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(TokenLength));
        return (new SetupLink { TokenHash = Hash(token), CreatedAt = now, ExpiresAt = now + Lifetime }, token);
    }

    public static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private sealed class Mapping : IEntityTypeConfiguration<SetupLink>
    {
        public void Configure(EntityTypeBuilder<SetupLink> builder)
        {
            builder.ToTable("setup_links");
            builder.HasKey(l => l.TokenHash);
        }
    }
}
