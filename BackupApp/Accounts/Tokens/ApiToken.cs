using BackupApp.Accounts.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BackupApp.Accounts.Tokens;

/// <summary>What a token may do, as far as its owner may.</summary>
public enum TokenRole
{
    /// <summary>Starts backups and watches them, nothing else: for a CI pipeline.</summary>
    Runner,

    Viewer,

    Operator,

    Administrator,
}

/// <summary>
/// A program's key to the API. Its secret is shown once and kept as a hash only; the row outlives its revocation, for the history.
/// </summary>
public sealed class ApiToken
{
    public const int MaximumNameLength = 100;

    public Guid Id { get; private set; }

    /// <summary>The part by which the token is looked up and recognised.</summary>
    public string PublicId { get; private set; } = "";

    public byte[] SecretHash { get; private set; } = [];

    public string Name { get; private set; } = "";

    public TokenRole Role { get; private set; }

    /// <summary>Only these; null: all. For <see cref="TokenRole.Runner"/>.</summary>
    public Guid[]? DataSourceIds { get; private set; }

    public Guid OwnerId { get; private set; }

    /// <summary>The token that made it; null where a person did. It lives no longer than that one.</summary>
    public Guid? CreatedById { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>Null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; private set; }

    /// <summary>To the minute: a busy token does not write for every request.</summary>
    public DateTimeOffset? LastUsedAt { get; private set; }

    public DateTimeOffset? RevokedAt { get; private set; }

    /// <returns>The token, and its text for its owner.</returns>
    public static (ApiToken Token, string Text) Create(
        string name,
        TokenRole role,
        Guid[]? dataSourceIds,
        Guid ownerId,
        DateTimeOffset? expiresAt,
        DateTimeOffset now,
        ApiToken? createdBy = null)
    {
        var text = ApiTokenText.New();
        var token = new ApiToken
        {
            Id = Guid.CreateVersion7(),
            PublicId = text.PublicId,
            SecretHash = text.Hash(),
            Name = name,
            Role = role,
            DataSourceIds = dataSourceIds,
            OwnerId = ownerId,
            CreatedById = createdBy?.Id,
            CreatedAt = now,
            ExpiresAt = Earlier(expiresAt, createdBy?.ExpiresAt),
        };
        return (token, text.ToString());
    }

    public bool IsExpired(DateTimeOffset now) => ExpiresAt <= now;

    /// <returns>False when it was revoked before.</returns>
    public bool Revoke(DateTimeOffset now)
    {
        if (RevokedAt is not null)
            return false;
        RevokedAt = now;
        return true;
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other : one;

    private sealed class Mapping : IEntityTypeConfiguration<ApiToken>
    {
        public void Configure(EntityTypeBuilder<ApiToken> builder)
        {
            builder.ToTable("api_tokens");
            builder.Property(t => t.Id).ValueGeneratedNever();
            builder.Property(t => t.PublicId).HasMaxLength(ApiTokenText.PublicLength);
            builder.Property(t => t.Name).HasMaxLength(MaximumNameLength);
            builder.HasIndex(t => t.PublicId).IsUnique();
            builder.HasIndex(t => t.OwnerId);
            builder.HasIndex(t => t.CreatedById);
            builder.HasOne<ApiToken>().WithMany().HasForeignKey(t => t.CreatedById).OnDelete(DeleteBehavior.Restrict);
            builder.HasOne<AppUser>().WithMany().HasForeignKey(t => t.OwnerId).OnDelete(DeleteBehavior.Restrict);
        }
    }
}
