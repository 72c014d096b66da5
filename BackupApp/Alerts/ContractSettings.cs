using System.Text;
using BackupApp.Alerts.Channels;
using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.Errors;
using BackupApp.Secrets;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BackupApp.Alerts;

/// <summary>What the published contract's settings say beside their channels: which alerts. One row.</summary>
public sealed class ContractRow
{
    public const int Only = 1;

    public int Id { get; private set; } = Only;

    public bool OnBackupFailed { get; set; } = true;

    public bool OnMissedSchedule { get; set; } = true;

    public bool OnRecovered { get; set; } = true;

    public bool OnRestoreFailed { get; set; } = true;

    public bool OnRestoreTestFailed { get; set; } = true;

    private sealed class Mapping : IEntityTypeConfiguration<ContractRow>
    {
        public void Configure(EntityTypeBuilder<ContractRow> builder)
        {
            builder.ToTable("notification_settings");
            builder.Property(r => r.Id).ValueGeneratedNever();
        }
    }
}

/// <summary>The contract's settings as they are read and written.</summary>
/// <param name="SlackUrl">Shortened when read: it is a secret. The same when written keeps what is stored.</param>
/// <param name="WebhookSecret">Null keeps what is stored; it is never read.</param>
public sealed record ContractInput(
    IReadOnlyList<string> Emails, string? SlackUrl, string? WebhookUrl, string? WebhookSecret,
    bool OnBackupFailed, bool OnMissedSchedule, bool OnRecovered, bool OnRestoreFailed, bool OnRestoreTestFailed)
{
    public bool HasWebhookSecret { get; init; }
}

/// <summary>One list of mails, one Slack, one webhook: channels like the others, that belong to these settings.</summary>
public sealed class ContractSettings(AppDbContext db, AuditLog audit, SecretBox box, TimeProvider time)
{
    // What the contract calls a failed backup and a missed schedule; BackupApp's own trouble comes with either.
    private static readonly string[] Failed = ["failing", "damaged", "unprotected", "at_risk", "unstable"];
    private static readonly string[] Missed = ["overdue", "unscheduled", "paused"];
    private static readonly string[] Always =
        ["scheduler_dead", "queue_dead", "disk_low", "channel_failed", "master_key", "sign_in_security"];
    private static readonly string[] RestoreFailed = ["restore_failed"];

    public async Task<ContractInput> ReadAsync(CancellationToken cancellationToken)
    {
        var row = await db.Set<ContractRow>().AsNoTracking().SingleOrDefaultAsync(cancellationToken) ?? new ContractRow();
        var channels = await ChannelsAsync(cancellationToken);
        var webhook = channels.GetValueOrDefault(ChannelKind.Webhook);
        return new ContractInput(
            channels.GetValueOrDefault(ChannelKind.Email)?.Settings.To ?? [],
            channels.GetValueOrDefault(ChannelKind.Slack) is { } slack ? Shown(slack) : null,
            webhook is null ? null : webhook.DecryptOrEmpty(box).Url,
            null, row.OnBackupFailed, row.OnMissedSchedule, row.OnRecovered, row.OnRestoreFailed, row.OnRestoreTestFailed)
        {
            HasWebhookSecret = webhook?.DecryptOrEmpty(box).Signing is not null,
        };
    }

    /// <exception cref="InvalidInputException"/>
    public async Task WriteAsync(ContractInput input, CancellationToken cancellationToken)
    {
        var row = await db.Set<ContractRow>().SingleOrDefaultAsync(cancellationToken);
        if (row is null)
            db.Add(row = new ContractRow());
        (row.OnBackupFailed, row.OnMissedSchedule, row.OnRecovered) = (input.OnBackupFailed, input.OnMissedSchedule, input.OnRecovered);
        (row.OnRestoreFailed, row.OnRestoreTestFailed) = (input.OnRestoreFailed, input.OnRestoreTestFailed);
        var channels = await ChannelsAsync(cancellationToken);
        var rules = Rules(row);
        var problems = new Dictionary<string, string>();
        Save(
            channels, ChannelKind.Email, input.Emails.Count > 0, new ChannelInput { To = string.Join(',', input.Emails) }, rules, null,
            problems);
        var keepsSlack = channels.TryGetValue(ChannelKind.Slack, out var slack) && input.SlackUrl == Shown(slack);
        Save(
            channels, ChannelKind.Slack, input.SlackUrl is { Length: > 0 }, new ChannelInput { Url = keepsSlack ? null : input.SlackUrl },
            rules, null, problems);
        var secret = ReadSecret(input.WebhookSecret, problems);
        Save(
            channels, ChannelKind.Webhook, input.WebhookUrl is { Length: > 0 }, new ChannelInput { Url = input.WebhookUrl }, rules, secret,
            problems);
        if (problems.Count > 0)
            throw new InvalidInputException(problems);
        audit.Record(
            AuditActions.NotificationSettingsUpdated, new AuditTarget("notification_settings", null, null),
            new { emails = input.Emails, slack = input.SlackUrl is { Length: > 0 }, webhook = input.WebhookUrl is { Length: > 0 }, row });
        await db.SaveAsync("set of notification settings", cancellationToken);
    }

    public async Task<IReadOnlyDictionary<ChannelKind, AlertChannel>> ChannelsAsync(CancellationToken cancellationToken) =>
        await db.Set<AlertChannel>().Where(c => c.IsContract).ToDictionaryAsync(c => c.Kind, cancellationToken);

    private void Save(
        IReadOnlyDictionary<ChannelKind, AlertChannel> channels, ChannelKind kind, bool isWanted, ChannelInput input, ChannelRules rules,
        string? signing,
        Dictionary<string, string> problems)
    {
        var known = channels.GetValueOrDefault(kind);
        if (!isWanted)
        {
            if (known is not null)
                db.Remove(known);
            return;
        }

        var stored = known?.DecryptOrEmpty(box) ?? new ChannelSecrets();
        input.Kind = kind;
        var wrong = new Dictionary<string, string>();
        var (settings, secrets) = input.ReadTarget(known?.Settings, stored, wrong);
        if (wrong.Count > 0)
            problems[$"{kind}"] = wrong.Values.First();
        if (signing is not null)
            secrets = secrets with { Signing = signing, OldSigning = stored.Signing };
        var channel = known ?? AlertChannel.Create(kind, isContract: true, time.GetUtcNow());
        channel.Change(
            $"Contract {kind}", true, settings, rules, secrets,
            isElsewhere: known is null || secrets.Url != stored.Url || !known.Settings.IsSamePlaceAs(settings), box);
        if (known is null)
            db.Add(channel);
    }

    private static ChannelRules Rules(ContractRow row) => new()
    {
        Kinds =
        [
            .. row.OnBackupFailed ? Failed : [], .. row.OnMissedSchedule ? Missed : [], .. row.OnRestoreFailed ? RestoreFailed : [],
            .. Always,
        ],
        TellsEnd = row.OnRecovered,
    };

    // A secret of anybody's making becomes one as the specification has it.
    private static string? ReadSecret(string? text, Dictionary<string, string> problems)
    {
        if (string.IsNullOrEmpty(text) || WebhookSender.IsSecret(text))
            return string.IsNullOrEmpty(text) ? null : text;
        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length is >= 24 and <= 64)
            return WebhookSender.SecretOf(bytes);
        problems["WebhookSecret"] = "Give a secret of 24 to 64 bytes, or whsec_ and its base64.";
        return null;
    }

    private string Shown(AlertChannel channel) => $"https://{channel.Settings.Host}/…{Convert.ToHexStringLower(
        System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(channel.DecryptOrEmpty(box).Url ?? "")))[..8]}";
}
