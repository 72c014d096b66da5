using System.Security.Cryptography;
using System.Text;
using BackupApp.Data;
using BackupApp.Secrets;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BackupApp.Alerts;

/// <summary>How alerts travel.</summary>
public enum ChannelKind
{
    Email,
    Slack,
    Teams,
    Ntfy,
    Webhook,
}

/// <summary>A way to somebody: where alerts go, and which. What is secret in it is encrypted, and is never shown again.</summary>
public sealed class AlertChannel
{
    public const int LongestName = 100;

    public Guid Id { get; private set; } = Guid.CreateVersion7();

    public string Name { get; private set; } = "";

    public ChannelKind Kind { get; private set; }

    public bool IsEnabled { get; private set; } = true;

    /// <summary>It belongs to the settings of the published contract, and is changed there only.</summary>
    public bool IsContract { get; private set; }

    public ChannelSettings Settings { get; private set; } = new();

    public ChannelRules Rules { get; private set; } = new();

    public byte[] SecretsCipher { get; private set; } = [];

    /// <summary>When somebody followed the link "I received this": nothing else counts as tested.</summary>
    public DateTimeOffset? ConfirmedAt { get; private set; }

    /// <summary>Since when it takes no messages; null while it does.</summary>
    public DateTimeOffset? FailingSince { get; private set; }

    /// <summary>What it last said when it took none.</summary>
    public string? LastError { get; private set; }

    /// <summary>When its receiver said that it wants nothing any more, and it was switched off for that. Null after an edit.</summary>
    public DateTimeOffset? SwitchedOffAt { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>PostgreSQL's xmin: guards edits of the same row by two people.</summary>
    public uint Version { get; private set; }

    private string SecretContext => $"alert_channel/{Id}";

    public static AlertChannel Create(ChannelKind kind, bool isContract, DateTimeOffset now) =>
        new() { Kind = kind, IsContract = isContract, CreatedAt = now };

    /// <summary>What was received there before says nothing about another place.</summary>
    public void Change(
        string name, bool enabled, ChannelSettings settings, ChannelRules rules, ChannelSecrets secrets, bool isElsewhere, SecretBox box)
    {
        (Name, IsEnabled, Settings, Rules) = (name, enabled, settings, rules);
        SwitchedOffAt = null;
        SecretsCipher = box.ProtectJson(secrets, SecretContext);
        if (isElsewhere)
            (ConfirmedAt, FailingSince, LastError) = (null, null, null);
    }

    /// <summary>Other secrets for the same place. Neither does it take messages again by that nor is it switched on.</summary>
    public void Rotate(ChannelSecrets secrets, SecretBox box) => SecretsCipher = box.ProtectJson(secrets, SecretContext);

    public void Confirm(DateTimeOffset now) => ConfirmedAt = now;

    /// <summary>Of the place it leads to, secret parts and all: what arrived at another one says nothing about this.</summary>
    public string PlaceHash(SecretBox box) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{JsonColumn.Write(Settings)}\n{DecryptOrEmpty(box).Url}")));

    /// <exception cref="CryptographicException">The secrets do not decrypt.</exception>
    public ChannelSecrets Decrypt(SecretBox box) =>
        SecretsCipher.Length == 0 ? new ChannelSecrets() : box.UnprotectJson<ChannelSecrets>(SecretsCipher, SecretContext);

    /// <summary>None where they are lost: the way out is to enter them again.</summary>
    public ChannelSecrets DecryptOrEmpty(SecretBox box)
    {
        try
        {
            return Decrypt(box);
        }
        catch (CryptographicException)
        {
            return new ChannelSecrets();
        }
    }

    private sealed class Mapping : IEntityTypeConfiguration<AlertChannel>
    {
        public void Configure(EntityTypeBuilder<AlertChannel> builder)
        {
            builder.ToTable("alert_channels");
            builder.Property(c => c.Id).ValueGeneratedNever();
            builder.Property(c => c.Name).HasMaxLength(LongestName);
            builder.Property(c => c.Version).IsRowVersion();
            builder.Property(c => c.Settings).AsJson();
            builder.Property(c => c.Rules).AsJson();
            builder.HasIndex(c => c.Name).IsUnique();
        }
    }
}

/// <summary>How an SMTP connection is encrypted.</summary>
public enum SmtpSecurity
{
    StartTls,
    Tls,
    None,
}

/// <summary>Where a channel leads, as far as it may be seen.</summary>
public sealed record ChannelSettings
{
    /// <summary>Whether it leads to the same place: as it is kept, and not by whether the lists are the same object.</summary>
    public bool IsSamePlaceAs(ChannelSettings other) => JsonColumn.Write(this) == JsonColumn.Write(other);

    /// <summary>E-mail: the recipients.</summary>
    public IReadOnlyList<string> To { get; init; } = [];

    /// <summary>E-mail: the server; empty for the one of the configuration.</summary>
    public string? SmtpHost { get; init; }

    public int SmtpPort { get; init; } = 587;

    public SmtpSecurity SmtpSecurity { get; init; }

    public string? SmtpUser { get; init; }

    /// <summary>E-mail: the sender's address.</summary>
    public string? From { get; init; }

    /// <summary>Of the others: the host of the address, which itself is a secret.</summary>
    public string? Host { get; init; }
}

/// <summary>Never printed.</summary>
/// <param name="Url">Whoever has it may send there.</param>
/// <param name="Password">Of the SMTP login.</param>
/// <param name="Token">ntfy's access token.</param>
/// <param name="Signing">Standard Webhooks' secret, <c>whsec_…</c>.</param>
/// <param name="OldSigning">The one before, which still signs while receivers change over.</param>
public sealed record ChannelSecrets(
    string? Url = null, string? Password = null, string? Token = null, string? Signing = null, string? OldSigning = null)
{
    public override string ToString() => "(secrets)";
}

/// <summary>Which alerts a channel takes, and when.</summary>
public sealed record ChannelRules
{
    /// <summary>Words of incidents; empty for all.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = [];

    /// <summary>Words of environments; empty for all. What is about no source comes always.</summary>
    public IReadOnlyList<string> Environments { get; init; } = [];

    /// <summary>As <c>key=value</c>: one of them is enough. Empty for all. What is about no source comes always.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Whether it is told that something is over.</summary>
    public bool TellsEnd { get; init; } = true;

    /// <summary>Minutes after midnight; no quiet hours where both are the same.</summary>
    public int QuietFrom { get; init; }

    public int QuietUntil { get; init; }

    /// <summary>An IANA name, for quiet hours and the digest.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>E-mail: every Monday what became of all data sources.</summary>
    public bool WeeklyReport { get; init; }

    /// <summary>Whoever wants a kind learns of it that it is silenced.</summary>
    public bool Take(AlertEvent alert) =>
        (Kinds.Count == 0 || Kinds.Contains(alert.Kind) || alert.Silences.Any(Kinds.Contains))
        && (Environments.Count == 0 || alert.Environment is null || Environments.Contains(alert.Environment)
            || alert.Environments.Any(Environments.Contains))
        && (Labels.Count == 0 || alert.Environment is null || alert.Labels.Any(Labels.Contains))
        && (TellsEnd || alert.What != AlertWhat.End);
}
