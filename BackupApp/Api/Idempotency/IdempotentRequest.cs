using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BackupApp.Api;

/// <summary>
/// A POST with an <c>Idempotency-Key</c>, and what it was answered. A row without a status is being done, or its process died with it.
/// </summary>
public sealed class IdempotentRequest
{
    /// <summary>How long a key is remembered.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>Keys of one caller say nothing to another.</summary>
    public string Actor { get; private set; } = "";

    public string Key { get; private set; } = "";

    /// <summary>SHA-256 of method, address and body.</summary>
    public byte[] RequestHash { get; private set; } = [];

    public int? Status { get; private set; }

    public string? Location { get; private set; }

    /// <summary>Encrypted: an answer may hold a new token.</summary>
    public byte[]? AnswerCipher { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    private sealed class Mapping : IEntityTypeConfiguration<IdempotentRequest>
    {
        public void Configure(EntityTypeBuilder<IdempotentRequest> builder)
        {
            builder.ToTable("idempotent_requests");
            builder.HasKey(r => new { r.Actor, r.Key });
            builder.HasIndex(r => r.CreatedAt);
        }
    }
}
