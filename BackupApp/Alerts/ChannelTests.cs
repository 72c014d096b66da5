using System.Security.Cryptography;
using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.Errors;
using BackupApp.Secrets;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Alerts;

/// <summary>Sends a test message, and learns that somebody received one, at the place that the channel leads to now.</summary>
public sealed class ChannelTests(
    AppDbContext db, AuditLog audit, Outbox outbox, Dispatcher dispatcher, SecretBox box, IDataProtectionProvider protection,
    TimeProvider time)
{
    /// <summary>Of the link "I received this".</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    private ITimeLimitedDataProtector Protector => protection.CreateProtector("alerts/received").ToTimeLimitedDataProtector();

    /// <summary>Sends a test now, and says what the other side said.</summary>
    /// <param name="linkTo">Makes a link of a path; null for the configured address.</param>
    /// <exception cref="NotFoundException"/>
    public async Task<ChannelAnswer> SendAsync(Guid channelId, Func<string, string>? linkTo, CancellationToken cancellationToken)
    {
        var channel = await db.Set<AlertChannel>().AsNoTracking().SingleOrDefaultAsync(c => c.Id == channelId, cancellationToken)
            ?? throw new NotFoundException("channel");
        var now = time.GetUtcNow();
        var path = $"/Received/{Protector.Protect($"{channelId}/{channel.PlaceHash(box)}", Lifetime)}";
        var confirm = linkTo is null ? outbox.LinkTo(path) : linkTo(path);
        var alert = new AlertEvent(
            null, AlertWhat.Test, "test", AlertUrgency.Now, $"Test of {channel.Name}", "BackupApp", null, "test",
            confirm is null
                ? "This is how alerts of BackupApp look."
                : "This is how alerts of BackupApp look. Follow the link to say that it arrived: nothing else shows that.",
            now, null, null, "/");
        var delivery = AlertDelivery.Create(
            channelId, id => new AlertMessage(id, alert.Title, [alert], now, outbox.LinkTo("/"), confirm), now);
        db.Add(delivery);
        await db.SaveAsync("channel", e => e, cancellationToken, _ => new NotFoundException("channel"));
        return await dispatcher.SendNowAsync(delivery.Id, cancellationToken);
    }

    /// <summary>The channel that the link was sent by; null where it is none of ours, or too old.</summary>
    /// <exception cref="ConflictException">The channel leads elsewhere since.</exception>
    public async Task<AlertChannel?> FindAsync(string token, CancellationToken cancellationToken)
    {
        if (Read(token) is not { } tested
            || await db.Set<AlertChannel>().SingleOrDefaultAsync(c => c.Id == tested.Id, cancellationToken) is not { } channel)
            return null;
        return channel.PlaceHash(box) == tested.Place
            ? channel
            : throw new ConflictException(
                $"Since this test the channel {channel.Name} leads elsewhere. Send another test, and follow its link.");
    }

    /// <summary>Somebody received the test.</summary>
    /// <exception cref="NotFoundException">The link is none of ours, or too old.</exception>
    /// <exception cref="ConflictException">The channel leads elsewhere since.</exception>
    public async Task<AlertChannel> ConfirmAsync(string token, CancellationToken cancellationToken)
    {
        var channel = await FindAsync(token, cancellationToken) ?? throw new NotFoundException("link");
        channel.Confirm(time.GetUtcNow());
        audit.Record(AuditActions.ChannelConfirmed, new AuditTarget("alert_channel", channel.Id, channel.Name));
        await db.SaveAsync("channel", cancellationToken);
        return channel;
    }

    // A link of a version before names no place: it is one of another.
    private (Guid Id, string Place)? Read(string token)
    {
        try
        {
            var parts = Protector.Unprotect(token).Split('/', 2);
            return (Guid.Parse(parts[0]), parts.ElementAtOrDefault(1) ?? "");
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return null;
        }
    }
}
