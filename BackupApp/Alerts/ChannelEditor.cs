using BackupApp.Alerts.Channels;
using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.Errors;
using BackupApp.Secrets;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Alerts;

/// <summary>Adds, changes and removes channels: the same for pages and API.</summary>
public sealed class ChannelEditor(AppDbContext db, AuditLog audit, SecretBox box, TimeProvider time)
{
    /// <summary>A webhook gets a new signing secret, which is shown this once.</summary>
    /// <exception cref="InvalidInputException"/>
    public async Task<(AlertChannel Channel, string? SigningSecret)> CreateAsync(ChannelInput input, CancellationToken cancellationToken)
    {
        var channel = AlertChannel.Create(input.Kind, isContract: false, time.GetUtcNow());
        var signing = input.Kind == ChannelKind.Webhook ? WebhookSender.NewSecret() : null;
        Apply(channel, null, new ChannelSecrets(Signing: signing), input);
        db.Add(channel);
        Record(AuditActions.ChannelCreated, channel);
        await db.SaveNamedAsync("channel", channel.Name, cancellationToken);
        return (channel, signing);
    }

    /// <param name="version">The row as the editor saw it.</param>
    /// <exception cref="InvalidInputException"/>
    /// <exception cref="ConflictException">Somebody else saved it in between, or it belongs to the contract's settings.</exception>
    /// <exception cref="NotFoundException"/>
    public async Task<AlertChannel> UpdateAsync(Guid id, uint version, ChannelInput input, CancellationToken cancellationToken)
    {
        var channel = await FindOwnAsync(id, cancellationToken);
        db.Entry(channel).Property(c => c.Version).OriginalValue = version;
        input.Kind = channel.Kind;
        Apply(channel, channel.Settings, channel.DecryptOrEmpty(box), input);
        Record(AuditActions.ChannelUpdated, channel);
        await db.SaveNamedAsync("channel", channel.Name, cancellationToken);
        return channel;
    }

    /// <summary>What waits for it is not sent any more, and its deliveries go with it.</summary>
    /// <exception cref="ConflictException">Somebody else saved it in between, or it belongs to the contract's settings.</exception>
    /// <exception cref="NotFoundException"/>
    public async Task DeleteAsync(Guid id, CancellationToken cancellationToken)
    {
        var channel = await FindOwnAsync(id, cancellationToken);
        db.Remove(channel);
        Record(AuditActions.ChannelDeleted, channel);
        await db.SaveAsync("channel", cancellationToken);
    }

    /// <summary>A new signing secret. The old one signs beside it until the next rotation, so that receivers can change over.</summary>
    /// <exception cref="ConflictException">Somebody else saved it in between, it is no webhook, or its secrets are lost.</exception>
    /// <exception cref="NotFoundException"/>
    public async Task<string> RotateAsync(Guid id, CancellationToken cancellationToken)
    {
        var channel = await FindOwnAsync(id, cancellationToken);
        if (channel.Kind != ChannelKind.Webhook)
            throw new ConflictException("Only a webhook has a signing secret.");
        var (stored, signing) = (channel.DecryptOrEmpty(box), WebhookSender.NewSecret());
        if (stored.Url is null)
            throw new ConflictException("The channel's secrets could not be decrypted. Edit it and enter its address again first.");
        channel.Rotate(stored with { Signing = signing, OldSigning = stored.Signing }, box);
        audit.Record(AuditActions.ChannelUpdated, Target(channel), new { signingSecretRotated = true });
        await db.SaveAsync("channel", cancellationToken);
        return signing;
    }

    /// <exception cref="NotFoundException"/>
    public async Task<AlertChannel> FindAsync(Guid id, CancellationToken cancellationToken) =>
        await db.Set<AlertChannel>().SingleOrDefaultAsync(c => c.Id == id, cancellationToken) ?? throw new NotFoundException("channel");

    private async Task<AlertChannel> FindOwnAsync(Guid id, CancellationToken cancellationToken)
    {
        var channel = await FindAsync(id, cancellationToken);
        return channel.IsContract
            ? throw new ConflictException("This channel belongs to the API's notification settings. Change it there.")
            : channel;
    }

    private void Apply(AlertChannel channel, ChannelSettings? before, ChannelSecrets stored, ChannelInput input)
    {
        var problems = new Dictionary<string, string>();
        var name = input.ReadName(problems);
        var rules = input.ReadRules(problems);
        var (settings, secrets) = input.ReadTarget(before, stored, problems);
        if (problems.Count > 0)
            throw new InvalidInputException(problems);
        channel.Change(
            name, input.IsEnabled, settings, rules, secrets,
            isElsewhere: before is null || !before.IsSamePlaceAs(settings) || secrets.Url != stored.Url, box);
    }

    private void Record(string action, AlertChannel channel) => audit.Record(
        action, Target(channel), new { kind = channel.Kind.ToSnakeCase(), channel.IsEnabled, channel.Settings, channel.Rules });

    private static AuditTarget Target(AlertChannel channel) => new("alert_channel", channel.Id, channel.Name);
}
