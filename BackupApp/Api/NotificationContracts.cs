using System.ComponentModel;
using System.Text.Json.Serialization;
using BackupApp.Alerts;

namespace BackupApp.Api;

public sealed class NotificationSettingsRequest
{
    [Description("At most 50.")]
    public IReadOnlyList<string>? AlertEmails { get; init; }

    [Description("Absent or empty: none. As it was read: it stays as it is.")]
    public string? SlackWebhookUrl { get; init; }

    [Description("Absent or empty: none.")]
    public string? WebhookUrl { get; init; }

    [Description("24 to 64 bytes, or `whsec_` and base64. Absent: the stored one is kept.")]
    public string? WebhookSecret { get; init; }

    public bool? OnBackupFailed { get; init; }

    public bool? OnMissedSchedule { get; init; }

    public bool? OnRecovered { get; init; }

    public bool? OnRestoreFailed { get; init; }

    public bool? OnRestoreTestFailed { get; init; }

    public ContractInput ToInput() => new(
        AlertEmails ?? [], SlackWebhookUrl, WebhookUrl, WebhookSecret, OnBackupFailed ?? true, OnMissedSchedule ?? true, OnRecovered
            ?? true,
        OnRestoreFailed ?? true, OnRestoreTestFailed ?? true);
}

public sealed record NotificationSettingsResponse
{
    public required IReadOnlyList<string> AlertEmails { get; init; }

    [Description("Shortened: whoever has it may send there.")]
    public string? SlackWebhookUrl { get; init; }

    public string? WebhookUrl { get; init; }

    public required bool HasWebhookSecret { get; init; }

    public required bool OnBackupFailed { get; init; }

    public required bool OnMissedSchedule { get; init; }

    public required bool OnRecovered { get; init; }

    public required bool OnRestoreFailed { get; init; }

    public required bool OnRestoreTestFailed { get; init; }

    public static NotificationSettingsResponse Of(ContractInput settings) => new()
    {
        AlertEmails = settings.Emails,
        SlackWebhookUrl = settings.SlackUrl,
        WebhookUrl = settings.WebhookUrl,
        HasWebhookSecret = settings.HasWebhookSecret,
        OnBackupFailed = settings.OnBackupFailed,
        OnMissedSchedule = settings.OnMissedSchedule,
        OnRecovered = settings.OnRecovered,
        OnRestoreFailed = settings.OnRestoreFailed,
        OnRestoreTestFailed = settings.OnRestoreTestFailed,
    };
}

public sealed record NotificationTestResponse(IReadOnlyList<NotificationTestResult> Results);

/// <param name="Channel">Its kind.</param>
/// <param name="Error">What the other side said.</param>
/// <param name="Answer">What it said when it took it.</param>
public sealed record NotificationTestResult(string Channel, bool Ok, string? Error, string? Answer)
{
    public static NotificationTestResult Of(string channel, ChannelAnswer answer) =>
        new(channel, answer.Ok, answer.Ok ? null : answer.Excerpt, answer.Ok ? answer.Excerpt : null);
}

/// <summary>What a channel and its changes have in common.</summary>
public abstract class ChannelFields
{
    [Description("1 to 100 characters, unique.")]
    public string? Name { get; init; }

    public bool? IsEnabled { get; init; }

    [Description("Not of e-mail. Write-only.")]
    public string? Url { get; init; }

    [Description("E-mail: the recipients.")]
    public IReadOnlyList<string>? To { get; init; }

    [Description("E-mail: the server; empty for that of the configuration.")]
    public string? SmtpHost { get; init; }

    public int? SmtpPort { get; init; }

    public SmtpSecurity? SmtpSecurity { get; init; }

    public string? SmtpUser { get; init; }

    [Description("Write-only.")]
    public string? SmtpPassword { get; init; }

    [Description("E-mail: the sender's address.")]
    public string? From { get; init; }

    [Description("ntfy's access token. Write-only.")]
    public string? Token { get; init; }

    [Description("Words of incidents; empty for all.")]
    public IReadOnlyList<string>? Kinds { get; init; }

    [Description("Words of environments; empty for all.")]
    public IReadOnlyList<string>? Environments { get; init; }

    [Description("As `key=value`, of data sources and their policies: one of them is enough. Empty for all.")]
    public IReadOnlyList<string>? Labels { get; init; }

    [Description("Whether it is told that something is over.")]
    public bool? TellsEnd { get; init; }

    [Description("As in `22:00`; empty for no quiet hours.")]
    public string? QuietFrom { get; init; }

    public string? QuietUntil { get; init; }

    [Description("An IANA name, for quiet hours, the digest and the weekly report.")]
    public string? TimeZone { get; init; }

    [Description("E-mail: every Monday at 08:00 what became of all data sources. The default is true for a new channel of all kinds.")]
    public bool? WeeklyReport { get; init; }

    internal void Apply(ChannelInput input)
    {
        input.Name = Name ?? input.Name;
        input.IsEnabled = IsEnabled ?? input.IsEnabled;
        (input.Url, input.SmtpPassword, input.Token) = (Url, SmtpPassword, Token);
        input.To = To is null ? input.To : string.Join(',', To);
        input.SmtpHost = SmtpHost ?? input.SmtpHost;
        input.SmtpPort = SmtpPort ?? input.SmtpPort;
        input.SmtpSecurity = SmtpSecurity ?? input.SmtpSecurity;
        input.SmtpUser = SmtpUser ?? input.SmtpUser;
        input.From = From ?? input.From;
        input.Kinds = Kinds is null ? input.Kinds : [.. Kinds];
        input.Environments = Environments is null ? input.Environments : [.. Environments];
        input.Labels = Labels is null ? input.Labels : string.Join('\n', Labels);
        input.TellsEnd = TellsEnd ?? input.TellsEnd;
        (input.QuietFrom, input.QuietUntil) = (QuietFrom ?? input.QuietFrom, QuietUntil ?? input.QuietUntil);
        input.TimeZone = TimeZone ?? input.TimeZone;
        input.WeeklyReport = WeeklyReport ?? input.WeeklyReport;
    }
}

public sealed class CreateChannelRequest : ChannelFields
{
    [JsonRequired]
    public ChannelKind? Kind { get; init; }
}

public sealed class UpdateChannelRequest : ChannelFields;

/// <param name="SigningSecret">Of a webhook; shown this once.</param>
public sealed record NewChannelResponse(Guid Id, string? SigningSecret);

public sealed record SigningSecretResponse(string SigningSecret);

public sealed record ChannelResponse
{
    public required Guid Id { get; init; }

    public required string Name { get; init; }

    public required ChannelKind Kind { get; init; }

    public required bool IsEnabled { get; init; }

    [Description("It belongs to `/notifications/settings`.")]
    public required bool IsContract { get; init; }

    [Description("Without its secrets.")]
    public required ChannelSettings Settings { get; init; }

    public required ChannelRules Rules { get; init; }

    [Description("When somebody followed the link of a test: nothing else counts as tested.")]
    public DateTimeOffset? ConfirmedAt { get; init; }

    public DateTimeOffset? FailingSince { get; init; }

    [Description("When its receiver answered that it wants nothing any more (HTTP 410), and it was switched off for that.")]
    public DateTimeOffset? SwitchedOffAt { get; init; }

    public string? LastError { get; init; }

    public static ChannelResponse Of(AlertChannel channel) => new()
    {
        Id = channel.Id,
        Name = channel.Name,
        Kind = channel.Kind,
        IsEnabled = channel.IsEnabled,
        IsContract = channel.IsContract,
        Settings = channel.Settings,
        Rules = channel.Rules,
        ConfirmedAt = channel.ConfirmedAt,
        FailingSince = channel.FailingSince,
        SwitchedOffAt = channel.SwitchedOffAt,
        LastError = channel.LastError,
    };
}

/// <param name="Answer">What the other side said, shortened.</param>
/// <param name="NextAttemptAt">Absent once it is over.</param>
public sealed record DeliveryResponse(
    Guid Id, Guid ChannelId, string Title, int Alerts, DeliveryStatus Status, int Attempts, DateTimeOffset CreatedAt,
    DateTimeOffset? SentAt,
    DateTimeOffset? NextAttemptAt, string? Answer)
{
    public static DeliveryResponse Of(AlertDelivery delivery) => new(
        delivery.Id, delivery.ChannelId, delivery.Message.Title, delivery.Message.Alerts.Count, delivery.Status, delivery.Attempts,
        delivery.CreatedAt,
        delivery.SentAt, delivery.NextAttemptAt, delivery.Answer);
}
