using System.Net;
using System.Security.Cryptography;
using System.Text;
using BackupApp.Accounts.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BackupApp.Accounts.SignIn;

/// <summary>
/// A browser that is signed in. Its cookie holds a random key and nothing else; here is the key's hash and, encrypted, who it is. A session
/// is over when its row is gone, its user disabled, the user's security stamp another one, or its time up (<see cref="AccountsOptions"/>).
/// </summary>
public sealed class UserSession
{
    private const int LongestUserAgent = 400;

    public Guid Id { get; private set; }

    public Guid UserId { get; private set; }

    public byte[] KeyHash { get; private set; } = [];

    /// <summary>Bound to this row.</summary>
    public byte[] TicketCipher { get; private set; } = [];

    /// <summary>The user's when it began; a new one ends all that have the old.</summary>
    public string SecurityStamp { get; private set; } = "";

    /// <summary>When password or link were shown; a session that is renewed on the way keeps it.</summary>
    public DateTimeOffset SignedInAt { get; private set; }

    /// <summary>To five minutes: a busy browser does not write for every request.</summary>
    public DateTimeOffset LastSeenAt { get; private set; }

    /// <summary>Where it was last seen.</summary>
    public IPAddress? Ip { get; private set; }

    public string? UserAgent { get; private set; }

    /// <summary>What binds its ticket to it.</summary>
    public string SecretContext => $"user_sessions/{Id}";

    public static UserSession Begin(
        AppUser user,
        string key,
        Func<string, byte[]> protectFor,
        DateTimeOffset signedInAt,
        (IPAddress? Ip, string? UserAgent) device,
        DateTimeOffset now)
    {
        var session = new UserSession
        {
            Id = Guid.CreateVersion7(),
            UserId = user.Id,
            KeyHash = Hash(key),
            SecurityStamp = user.SecurityStamp ?? "",
            SignedInAt = signedInAt,
            LastSeenAt = now,
            Ip = device.Ip,
            UserAgent = Shorten(device.UserAgent),
        };
        session.TicketCipher = protectFor(session.SecretContext);
        return session;
    }

    /// <summary>256 random bits need no slow hash.</summary>
    public static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    public static string? Shorten(string? userAgent) =>
        userAgent is { Length: > LongestUserAgent } ? userAgent[..LongestUserAgent] : userAgent;

    private sealed class Mapping : IEntityTypeConfiguration<UserSession>
    {
        public void Configure(EntityTypeBuilder<UserSession> builder)
        {
            builder.ToTable("user_sessions");
            builder.Property(s => s.Id).ValueGeneratedNever();
            builder.Ignore(s => s.SecretContext);
            builder.HasIndex(s => s.KeyHash).IsUnique();
            builder.HasIndex(s => s.UserId);
            builder.HasOne<AppUser>().WithMany().HasForeignKey(s => s.UserId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}
